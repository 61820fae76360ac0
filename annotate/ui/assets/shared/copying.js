import { button, h } from "./dom.js"
import { t } from "./i18n.js"

const SAID_MS = 2000

/**
 * A button that copies a text and says so.
 *
 * @param {string} text
 * @param {string} shown What of it stands on the button.
 */
export function copyButton(text, shown) {
  const said = h("span", { class: "copied", role: "status" })
  const made = button("copy", async () => {
    try {
      await navigator.clipboard.writeText(text)
      said.textContent = t("Copied")
    } catch {
      // Only pages that came over a safe connection may: then it can be selected.
      made.querySelector("code")?.replaceChildren(text)
      said.textContent = ""
      getSelection()?.selectAllChildren(made)
      return
    }
    setTimeout(() => { said.textContent = "" }, SAID_MS)
  }, { title: t("Copy {text}", { text }) }, h("code", {}, shown), " ", h("span", { class: "link" }, t("Copy")), " ", said)
  return made
}
