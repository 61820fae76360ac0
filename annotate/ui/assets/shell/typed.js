import { ask } from "../shared/ask.js"
import { t } from "../shared/i18n.js"

/**
 * What somebody has typed into Streamlit's own fields, which are gone when the page is loaded anew.
 * The form of a registry entry and the codebook ask for themselves.
 */
const FIELDS = ".stApp :is([data-testid=stMain], [role=dialog]) :is(input[type=text], textarea)"
const OTHERS = ".cd *, .st-key-registry_detail *, [class*=st-key-codebook] *, [class*=_search] *"
const FORM = "[data-testid=stForm]"

/** @type {Set<HTMLInputElement | HTMLTextAreaElement>} */
const typed = new Set()

/** Begins to listen. */
export function watchTyping() {
  addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
    if (target.matches(FIELDS) && !target.matches(OTHERS)) typed.add(target)
  })
  // A form that is sent takes its fields in; all others leave the page with what was done.
  addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-testid=stFormSubmitButton] button")) forget(target)
  })
  addEventListener("keydown", ({ key, target, isComposing }) => {
    if (key === "Enter" && !isComposing && target instanceof HTMLInputElement) forget(target)
  })
}

/** @param {Element} part What is in one form with it needs no question. */
function forget(part) {
  const form = part.closest(FORM)
  for (const field of typed) if (form?.contains(field)) typed.delete(field)
}

/**
 * Sends a form that loads the page anew, after a question where something typed would be lost.
 *
 * @param {HTMLFormElement} form
 * @param {string} title What is asked.
 */
export function sendAsking(form, title) {
  form.addEventListener("submit", async (event) => {
    if (![...typed].some((field) => field.isConnected && field.value.trim() !== "")) return
    event.preventDefault()
    const lines = [t("What you have typed on this page is not saved yet and would be lost.")]
    if (await ask({ title, lines, yes: t("Go on"), loses: true })) form.submit()
  })
}
