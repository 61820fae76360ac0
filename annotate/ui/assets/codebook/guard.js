import { found, keep, settle } from "./kept.js"

/**
 * The draft of a codebook lives as long as the page is not loaded anew: before that, the browser
 * asks. It goes on asking on other pages of the workbench, which keep the draft as well. What the
 * server knows of the draft is kept here too, and offered by the page that is loaded anew.
 *
 * @typedef {object} Component
 * @property {{me: string, project: string, unsaved: boolean, fresh: boolean, draft: object | null, settled: string}} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** The fields whose content goes into a draft. */
const FIELDS = ".cd-codebook, .cd-yaml, [class*=st-key-codebook_guidelines], [class*=st-key-codebook_note]"
const BAR = ".st-key-codebook_bar"

/** The projects whose drafts hold something unsaved. @type {Set<string>} */
const unsaved = new Set()
/** The bar whose height is watched. @type {Element | null} */
let bar = null
let project = ""
let watching = false

/**
 * Hears after each run whether the draft holds anything to save.
 *
 * @param {Component} component
 */
export default function mount({ data, setTriggerValue }) {
  project = data.project
  if (data.unsaved) unsaved.add(project)
  else unsaved.delete(project)
  if (data.settled) settle(data.settled)
  if (data.draft || !data.fresh) keep(data.me, project, data.draft)
  else void found(data.me, project).then((draft) => draft && setTriggerValue("found", draft))
  makeRoom()
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

/** What is scrolled to, or takes the focus, comes to stand below the bar. */
function makeRoom() {
  const found = document.querySelector(BAR)
  if (!found || found === bar) return
  bar = found
  new ResizeObserver(([entry]) => {
    const height = entry?.target.isConnected ? entry.borderBoxSize[0]?.blockSize ?? 0 : 0
    document.documentElement.style.setProperty("--codebook-bar", `${Math.ceil(height)}px`)
  }).observe(found)
}
