import { h, uid } from "./dom.js"
import { t } from "./i18n.js"

/**
 * Asks before something is done; the focus goes back to where it was.
 *
 * @param {object} question
 * @param {string} question.title
 * @param {string[]} question.lines What is said below the title.
 * @param {string} question.yes The words on the button that does it.
 * @param {boolean} [question.loses] Whether it takes something that cannot be had back: then to cancel is what
 *   whoever presses without reading is taken to mean.
 * @returns {Promise<boolean>} Whether it is to be done.
 */
export function ask({ title, lines, yes, loses = false }) {
  const from = document.activeElement
  const id = uid("ask")
  const dialog = h("dialog", { class: "cd cd-ask", "aria-labelledby": id },
    h("form", { method: "dialog" },
      h("h2", { id }, title),
      lines.map((line) => h("p", { dir: "auto" }, line)),
      h("div", { class: "buttons" },
        h("button", { class: loses ? "btn primary" : "btn", value: "", autofocus: loses }, t("Cancel")),
        h("button", { class: loses ? "btn loses" : "btn primary", value: "yes", autofocus: !loses }, yes))))
  // The dialog has the keyboard while it is open.
  dialog.addEventListener("keydown", (event) => event.stopPropagation())
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove()
      if (from instanceof HTMLElement) from.focus()
      resolve(dialog.returnValue === "yes")
    })
  })
}
