/** Elements that somebody may use in a dialog, but its closing. */
const USED = "input, textarea, button:not([aria-label])"
const TEXT = "input[type=text]:not([role=combobox]), textarea"

/**
 * Puts the cursor into the first field of a dialog that begins with a text field: Streamlit leaves
 * it on the dialog, and fills the dialog only after it is open.
 */
export function beginDialogs() {
  /** @type {WeakSet<Element>} */
  const begun = new WeakSet()
  new MutationObserver(() => {
    const dialog = document.querySelector("[data-testid=stDialog] [role=dialog]")
    if (!dialog || begun.has(dialog)) return
    const first = dialog.querySelector(USED)
    if (!first) return
    begun.add(dialog)
    if (first instanceof HTMLElement && first.matches(TEXT) && document.activeElement === dialog) first.focus()
  }).observe(document.body, { childList: true, subtree: true })
}
