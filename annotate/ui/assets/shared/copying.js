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
    if (await copy(text, made.closest("dialog") ?? document.body)) {
      said.textContent = t("Copied")
    } else {
      // Then it can be selected.
      made.querySelector("code")?.replaceChildren(text)
      said.textContent = ""
      getSelection()?.selectAllChildren(made)
      return
    }
    setTimeout(() => { said.textContent = "" }, SAID_MS)
  }, { title: t("Copy {text}", { text }) }, h("code", {}, shown), " ", h("span", { class: "link" }, t("Copy")), " ", said)
  return made
}

/**
 * Puts a text on the clipboard; over plain HTTP browsers have but the old way.
 *
 * @param {string} text
 * @param {HTMLElement} [host] The open dialog, if it is copied from one: all else is inert.
 * @returns {Promise<boolean>} Whether it is there.
 */
export async function copy(text, host = document.body) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      return false
    }
  }
  const from = document.activeElement
  const field = h("textarea", { class: "sr", readonly: true }, text)
  host.append(field)
  field.select()
  const done = document.execCommand("copy")
  field.remove()
  if (from instanceof HTMLElement) from.focus()
  return done
}
