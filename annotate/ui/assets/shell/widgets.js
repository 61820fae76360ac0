import { lang, t } from "../shared/i18n.js"

/**
 * The words of Streamlit's own widgets, which no parameter of theirs changes: put into the page's
 * language as they appear.
 */

const ATTRIBUTES = ["aria-label", "aria-valuetext", "placeholder", "title"]
/** Elements whose attributes hold Streamlit's words; other labels come from us or are data. */
const NAMED = "button, [role=spinbutton], [role=application], input[placeholder], input[type=file]"
/** Elements whose text is Streamlit's own. */
const SAYING = [
  "[data-testid=stSkipToContent]",
  "[data-testid=InputInstructions]",
  "[data-testid=stFileUploaderDropzone]",
  "[data-testid=stFileUploaderDropzoneInstructions]",
  "[data-testid=stTooltipContent]",
  "[role=spinbutton]",
  "[role=listbox] [role=presentation]",
  "[role=listbox] [role=option][style*=contents]",
].join(", ")
const OURS = ".cd, .cd-top"

let watched = false

/** Begins to translate, unless the page is English; called once the words are loaded. */
export function translateWidgets() {
  if (watched || lang() === "en") return
  watched = true
  const words = streamlitWords()
  translate(document.body, words)
  const what = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES }
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      const element = target instanceof Element ? target : target.parentElement
      if (!element || element.closest(OURS)) continue
      if (type === "childList") for (const node of addedNodes) translate(node instanceof Element ? node : element, words)
      else mend(element, words)
    }
  }).observe(document.body, what)
}

/** @param {Element} root @param {(said: string) => string | undefined} words */
function translate(root, words) {
  mend(root, words)
  for (const element of root.querySelectorAll(`${NAMED}, ${SAYING}, :is(${SAYING}) *`)) mend(element, words)
}

/** @param {Element} element @param {(said: string) => string | undefined} words */
function mend(element, words) {
  if (element.closest(OURS)) return
  if (element.matches(NAMED)) {
    for (const name of ATTRIBUTES) {
      // What names an input is its label; only what stands in it is Streamlit's.
      if (name === "aria-label" && element instanceof HTMLInputElement && element.type !== "file") continue
      const said = element.getAttribute(name)
      const better = said && words(said)
      if (better && better !== said) element.setAttribute(name, better)
    }
  }
  if (!element.closest(SAYING)) return
  for (const node of element.childNodes) {
    const better = node instanceof Text ? words(node.data) : undefined
    if (better && node instanceof Text && better !== node.data) node.data = better
  }
}

/** @returns {(said: string) => string | undefined} What Streamlit says, in the page's language. */
function streamlitWords() {
  /** @type {Record<string, string>} */
  const known = {
    "Calendar": t("Calendar"),
    "Choose an option": t("Choose an option"),
    "Choose date": t("Choose a date"),
    "Choose options": t("Choose options"),
    "Choose or add an option": t("Choose one, or type a new one"),
    "Choose or add options": t("Choose some, or type new ones"),
    "Clear all": t("Clear all"),
    "Clear date": t("Clear the date"),
    "Clear value": t("Clear the value"),
    "Close": t("Close"),
    "Close fullscreen": t("Leave full screen"),
    "Copied": t("Copied"),
    "Copy to clipboard": t("Copy"),
    "Download as CSV": t("Download as CSV"),
    "Drag and drop a file here": t("Drop a file here"),
    "Drag and drop file here": t("Drop a file here"),
    "Empty": t("empty"),
    "file upload": t("Choose files"),
    "Fullscreen": t("Full screen"),
    "Hide password": t("Hide the password"),
    "Next month": t("Next month"),
    "No options to select": t("Nothing to choose from"),
    "No results": t("No results"),
    "Open": t("Open the list"),
    "Press Enter to apply": t("Enter applies it"),
    "Press Enter to submit form": t("Enter sends the form"),
    "Press Ctrl+Enter to apply": t("Ctrl+Enter applies it"),
    "Press Ctrl+Enter to submit form": t("Ctrl+Enter sends the form"),
    "Press ⌘+Enter to apply": t("⌘+Enter applies it"),
    "Press ⌘+Enter to submit form": t("⌘+Enter sends the form"),
    "Previous month": t("Previous month"),
    "Search": t("Search"),
    "Select all": t("Select all"),
    "Show/hide columns": t("Show or hide columns"),
    "Show password": t("Show the password"),
    "Skip to main content": t("Skip to the page"),
    "Upload": t("Upload"),
    "yyyy": t("year"),
    "mm": t("month"),
    "dd": t("day"),
  }
  /** @type {Record<string, string>} */
  const parts = { year: t("year"), month: t("month"), day: t("day") }
  return (said) => {
    const [, part, label] = /^(year|month|day), (.*)$/s.exec(said) ?? []
    if (part) return `${parts[part]}${t(", ")}${label}`
    const [, explained] = /^Help for (.*)$/s.exec(said) ?? []
    if (explained) return t("Help for {name}", { name: explained })
    const [, size, rest] = /^(\d+\w+) per file(.*)$/s.exec(said) ?? []
    if (size) return t("at most {size} a file", { size }) + rest
    return known[said.trim()]
  }
}
