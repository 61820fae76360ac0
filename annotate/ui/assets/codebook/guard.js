/**
 * The draft of a codebook lives as long as the page is not loaded anew: before that, the browser
 * asks. It goes on asking on other pages of the workbench, which keep the draft as well.
 *
 * @typedef {object} Component
 * @property {{project: string, unsaved: boolean}} data
 */

/** The fields whose content goes into a draft. */
const FIELDS = ".cd-codebook, .cd-yaml, [class*=st-key-codebook_guidelines], [class*=st-key-codebook_note]"

/** The projects whose drafts hold something unsaved. @type {Set<string>} */
const unsaved = new Set()
let project = ""
let watching = false

/**
 * Hears after each run whether the draft holds anything to save.
 *
 * @param {Component} component
 */
export default function mount({ data }) {
  project = data.project
  if (data.unsaved) unsaved.add(project)
  else unsaved.delete(project)
  if (watching) return
  watching = true
  // What is typed goes to the server when the field is left; until then it is unsaved as well.
  addEventListener("input", ({ target }) => {
    if (target instanceof Element && target.closest(FIELDS)) unsaved.add(project)
  })
  addEventListener("beforeunload", (event) => {
    if (unsaved.size > 0) event.preventDefault()
  })
}
