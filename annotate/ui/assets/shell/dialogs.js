/** Elements that somebody may use in a dialog, but its closing. */
const USED = "input, textarea, button:not([aria-label])"
const TEXT = "input[type=text]:not([role=combobox]), textarea"
/** For so long a dialog is opening: Streamlit fills it part by part, and may take the focus again. */
const OPENING_MS = 1500

/**
 * Puts the cursor into the first field of a dialog that begins with a text field: Streamlit leaves
 * it on the dialog, and fills the dialog only after it is open.
 */
export function beginDialogs() {
  /** When each dialog was first seen. @type {WeakMap<Element, number>} */
  const seen = new WeakMap()
  const look = () => {
    const dialog = document.querySelector("[data-testid=stDialog] [role=dialog]")
    if (!dialog) return
    const since = seen.get(dialog)
    if (since === undefined) seen.set(dialog, performance.now())
    else if (performance.now() - since > OPENING_MS) return
    // Until all is there, what comes first may be missing.
    if (document.activeElement !== dialog || dialog.querySelector("[data-testid=stSkeleton]")) return
    const first = dialog.querySelector(USED)
    if (first instanceof HTMLElement && first.matches(TEXT)) first.focus()
  }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  document.addEventListener("focusin", look)
}
