import { takesText } from "../shared/dom.js"
import { firstField, openHelp } from "../shared/helpsheet.js"

/** The keys that every page has, unless it has taken them itself. */
export function listenForKeys() {
  if (document.documentElement.dataset.cdKeys) return
  document.documentElement.dataset.cdKeys = "1"
  addEventListener("keydown", hush, { capture: true })
  addEventListener("keydown", (event) => {
    if (!isBare(event) || event.defaultPrevented || takesText(event.composedPath()[0] ?? null)) return
    if (document.querySelector("dialog[open], [role=dialog]")) return
    const field = event.key === "/" ? firstField() : undefined
    if (event.key === "?") openHelp()
    else if (field) choose(field)
    else return
    event.preventDefault()
  })
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
function choose(field) {
  field.focus()
  field.select()
}

/**
 * Streamlit reruns the app on `r` and clears its cache on `c`; nobody here means that.
 *
 * @param {KeyboardEvent} event
 */
function hush(event) {
  if (isBare(event) && ["r", "c"].includes(event.key.toLowerCase()) && !takesText(event.composedPath()[0] ?? null)) {
    event.stopImmediatePropagation()
  }
}

/** @param {KeyboardEvent} event */
function isBare(event) {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
}
