import { ask } from "../shared/ask.js"
import { t } from "../shared/i18n.js"
import { isPlainClick } from "../shell/navigate.js"

/**
 * What somebody has typed into the form of an entry is not left without asking: the server hears
 * of it only when it is saved, and another entry takes the form's place.
 */

const FORM = ".st-key-registry_detail [data-testid=stForm]"
/** Where a name was taken away: its fields are gone, and cannot tell. */
const FEWER = ".st-key-registry_detail .st-key-registry_aliases_fewer"
/** What takes the form away. */
const LEAVING = [
  ".st-key-registry_master .cd-table tbody td:not(.tick)",
  ".st-key-registry_new button",
  ":is(.st-key-registry_merge, .st-key-registry_merge_with, .st-key-registry_bulk, .st-key-registry_remove_ticked) button",
  ".st-key-registry_top [role=radiogroup] button",
  ".cd-head .close",
  "a[href]:not([target])",
].join(", ")

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

/** What stood in each field when somebody first came into the form. @type {WeakMap<Field, string>} */
const first = new WeakMap()
let watching = false
/** Whether the question stands there: another click is answered by it too. */
let asking = false
/** Whether somebody has said that it may be lost. */
let dropped = false

/** Begins to watch; called whenever an entry is shown. */
export function watchForm() {
  if (watching) return
  watching = true
  addEventListener("focusin", remember)
  addEventListener("keydown", send, { capture: true })
  addEventListener("click", hold, { capture: true })
  addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault()
  })
}

/**
 * Does something that takes the form away, at once or after asking.
 *
 * @param {() => void} go
 */
export async function leave(go) {
  if (unsaved() && !(await asked())) return
  go()
}

/** @param {FocusEvent} event */
function remember({ target }) {
  const form = target instanceof Element && target.closest(FORM)
  if (!form) return
  dropped = false
  for (const field of fields(form)) if (!first.has(field)) first.set(field, field.value)
}

/** Enter in a line of text saves. @param {KeyboardEvent} event */
function send(event) {
  const { target } = event
  if (event.key !== "Enter" || event.isComposing) return
  if (!(target instanceof HTMLInputElement) || !target.matches("[data-testid=stTextInputField]")) return
  const save = target.closest(FORM)?.querySelector(".st-key-registry_foot button")
  if (!(save instanceof HTMLElement)) return
  // Streamlit itself would send the form by its first button, which adds rows.
  event.preventDefault()
  event.stopImmediatePropagation()
  // It hears of what was typed when the field is left, and notes it only once it has drawn.
  save.focus()
  requestAnimationFrame(() => setTimeout(() => save.isConnected && save.click()))
}

/** @param {MouseEvent} event */
async function hold(event) {
  const { target } = event
  if (!(target instanceof HTMLElement) || !target.closest(LEAVING) || !isPlainClick(event) || !unsaved()) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (await asked()) target.click()
}

async function asked() {
  if (asking) return false
  asking = true
  const yes = await ask({
    title: t("Leave without saving?"),
    lines: [t("What you have changed in this entry is not saved yet and would be lost.")],
    yes: t("Leave"),
    loses: true,
  })
  asking = false
  if (yes) {
    dropped = true
    for (const field of typed()) first.delete(field)
  }
  return yes
}

function unsaved() {
  return !dropped && (typed().length > 0 || document.querySelector(FEWER) !== null)
}

/** The fields that say something else than at first. */
function typed() {
  const form = document.querySelector(FORM)
  return form ? fields(form).filter((field) => first.has(field) && first.get(field) !== field.value) : []
}

/** @param {Element} form @returns {Field[]} */
function fields(form) {
  return [...form.querySelectorAll("textarea, input")].filter((one) => one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement)
}
