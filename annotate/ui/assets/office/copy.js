import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/**
 * A button that copies a text, and says so.
 *
 * @param {{ data: { text: string, label: string }, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  const said = h("span", { class: "muted", role: "status" })
  const copying = h("button", { class: "btn", type: "button", on: { click: async () => {
    said.textContent = (await copy(data.text)) ? t("Copied") : t("This browser does not let it be copied: select it above.")
  } } }, data.label)
  parentElement.querySelector(".cd-copy")?.remove()
  parentElement.append(h("div", { class: "cd cd-copy" }, copying, said))
}

/**
 * Puts a text on the clipboard; over plain HTTP browsers have but the old way.
 *
 * @param {string} text
 * @returns {Promise<boolean>} Whether it is there.
 */
async function copy(text) {
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
  document.body.append(field)
  field.select()
  const done = document.execCommand("copy")
  field.remove()
  if (from instanceof HTMLElement) from.focus()
  return done
}
