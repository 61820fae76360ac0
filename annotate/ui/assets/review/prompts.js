/** @import {Coder} from "./types.js" */
import { button, h, uid } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { composing } from "../shared/keys.js"
import { nameOfCoder } from "./coders.js"

/** Longest reason or comment that the server takes, characters. */
const LONGEST = 4000

/**
 * Asks for the reason of a rejection, in the row itself.
 *
 * @param {{reasons: readonly string[], onDone: (reason: string) => void, onCancel: () => void}} hooks `reasons`: given before, to choose from.
 */
export function askReason({ reasons, onDone, onCancel }) {
  const id = uid("reason")
  const list = uid("reasons")
  const input = h("input", { class: "in", id, list, dir: "auto", autocomplete: "off", maxlength: LONGEST, placeholder: t("Why is it not in gold?") })
  const done = () => {
    const reason = input.value.trim()
    if (reason === "") {
      input.classList.add("wrong")
      return input.focus()
    }
    onDone(reason)
  }
  const root = h("div", { class: "ask-reason", role: "group", "aria-label": t("Reject the row, with a reason"),
    on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (composing(event)) return
        if (event.key === "Escape") onCancel()
        else if (event.key === "Enter" && event.target === input) done()
        else {
          if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation()
          return
        }
        event.preventDefault()
        event.stopPropagation()
      },
    } },
    h("label", { for: id }, t("Reason")), input, h("datalist", { id: list }, [...new Set(reasons)].map((reason) => h("option", { value: reason }))),
    button("btn", onCancel, {}, t("Cancel"), " ", h("kbd", {}, "Esc")), button("btn primary", done, { data: { action: "reject-done" } }, t("Reject"), " ↵"))
  return { root, focus: () => input.focus() }
}

/**
 * Asks whose submission goes back, and what to say about it.
 *
 * @param {readonly Coder[]} coders Whose can.
 * @param {string} chosen A label set to propose.
 * @returns {Promise<{label_set_id: string, text: string} | null>}
 */
export function askReturn(coders, chosen) {
  const from = document.activeElement
  const title = uid("return")
  const text = h("textarea", { class: "in", rows: 5, dir: "auto", maxlength: LONGEST, required: true, "aria-label": t("Comment") })
  const options = coders.map((coder) => h("option", { value: coder.label_set_id }, nameOfCoder(coders, coder.letter)))
  const whose = h("select", { class: "in", "aria-label": t("Whose labels") }, options)
  whose.value = coders.some((coder) => coder.label_set_id === chosen) ? chosen : (coders[0]?.label_set_id ?? "")
  const yes = h("button", { class: "btn primary", value: "yes" }, t("Return"))
  const form = h("form", { method: "dialog" },
    h("h2", { id: title }, t("Return a submission with a comment")),
    coders.length > 1 ? h("div", { class: "select" }, whose) : h("p", {}, nameOfCoder(coders, coders[0]?.letter ?? "")),
    text,
    h("p", { class: "tiny" }, t("The coder can change the labels again and sees this comment.")),
    h("div", { class: "buttons" },
      h("button", { class: "btn", value: "", formnovalidate: true }, t("Cancel"), " ", h("kbd", {}, "Esc")),
      yes))
  const dialog = h("dialog", { class: "cd cd-work-ask cd-ask", "aria-labelledby": title }, form)
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation()
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !composing(event)) {
      event.preventDefault()
      yes.click()
    }
  })
  document.body.append(dialog)
  dialog.showModal()
  text.focus()
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove()
      if (from instanceof HTMLElement) from.focus()
      const said = text.value.trim()
      resolve(dialog.returnValue === "yes" && said !== "" ? { label_set_id: whose.value, text: said } : null)
    })
  })
}
