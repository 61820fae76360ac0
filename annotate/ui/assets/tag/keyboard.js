/** @import {TagPage} from "./page.js" */
/** @import {Binding} from "./keys.js" */
/** @import {Move} from "./cursor.js" */
import { takesText } from "../shared/dom.js"
import { bindingFor, chordOf, composing, KINDS } from "./keys.js"
import { neighbour, openArticle } from "./panelQueue.js"

/** @typedef {(page: TagPage, event: KeyboardEvent) => unknown} Command Returns false when the key is not for it. */

/** @type {Record<string, Command>} */
const COMMANDS = {
  find: (page) => page.find.open(),
  kind: (page, event) => {
    const { span_kinds: kinds } = page.boot.codebook
    const kind = kinds.find((value, i) => (value.key || String(i + 1)) === chordOf(event))
    return kind ? page.actions.tag(kind.name) : false
  },
  nextSpan: (page) => page.actions.stepSpan(1),
  previousSpan: (page) => page.actions.stepSpan(-1),
  cycle: (page) => page.actions.cycle(),
  growStart: (page, event) => page.actions.adjust("start", -1, event.altKey),
  shrinkStart: (page, event) => page.actions.adjust("start", 1, event.altKey),
  growEnd: (page, event) => page.actions.adjust("end", 1, event.altKey),
  shrinkEnd: (page, event) => page.actions.adjust("end", -1, event.altKey),
  assign: (page) => page.actions.assign(),
  remove: (page) => page.actions.remove(),
  statement: (page) => page.actions.statement(),
  edit: (page) => page.actions.edit(),
  duplicate: (page) => page.actions.duplicate(),
  nextStatement: (page) => page.actions.stepStatement(1),
  previousStatement: (page) => page.actions.stepStatement(-1),
  sort: (page) => page.actions.changeSort(),
  labels: (page) => page.actions.labels(),
  nextArticle: (page) => step(page, 1),
  previousArticle: (page) => step(page, -1),
  takeNext: (page) => (page.queue.offers ? page.takeNext() : false),
  original: (page) => /** @type {HTMLElement | null} */ (page.header.root.querySelector("a.original"))?.click(),
  submit: (page) => page.actions.submit(),
  takeBack: (page) => page.actions.takeBack(),
  talk: (page) => page.talks.toggle(page.actions.chosenStatement()),
  others: (page) => page.others.length > 0 && page.look(page.viewing + 1 < page.others.length ? page.viewing + 1 : page.hasOwn ? -1 : 0),
  undo: (page) => page.actions.undo(),
  redo: (page) => page.actions.redo(),
  focusText: (page) => page.focusText(),
  focusQueue: (page) => page.queuePanel.focus(),
  focusCards: (page) => {
    const first = page.cards.root.querySelector(".card")
    page.cards.focus(page.actions.chosenStatement() || (/** @type {HTMLElement | null} */ (first)?.dataset.id ?? ""))
  },
  escape,
  guidelines: (page) => page.guidelines.open(),
  help: (page) => page.help.open(),
}
for (const move of /** @type {Move[]} */ (["left", "right", "up", "down", "home", "end", "top", "bottom"])) {
  COMMANDS[move] = (page, event) => {
    page.focusText()
    page.cursor.move(move, { extend: event.shiftKey, free: event.altKey })
    if (event.shiftKey) sayRange(page)
  }
}

/**
 * Handles a key for the open page.
 *
 * @param {TagPage} page
 * @param {KeyboardEvent} event
 */
export function handleKey(page, event) {
  if (composing(event) || event.defaultPrevented) return
  page.settlePointer()
  const inside = page.root.contains(/** @type {Node} */ (event.target))
  if (inside && !event.ctrlKey && !event.metaKey && !event.altKey) {
    // Streamlit reruns the page on r and clears its cache on c.
    event.stopPropagation()
  }
  const binding = bindingFor(event) ?? kindBinding(page, event)
  if (!binding || !applies(page, binding, event)) return
  page.actions.began = event.timeStamp
  const done = COMMANDS[binding.action]?.(page, event)
  page.actions.began = undefined
  if (done === false) return
  event.preventDefault()
  event.stopPropagation()
}

/**
 * Codebooks may give kinds of span other keys than digits, of those that the page leaves free.
 *
 * @param {TagPage} page
 * @param {KeyboardEvent} event
 */
function kindBinding(page, event) {
  return page.boot.codebook.span_kinds.some((kind) => kind.key === chordOf(event)) ? KINDS : undefined
}

/**
 * @param {TagPage} page
 * @param {Binding} binding
 * @param {KeyboardEvent} event
 */
function applies(page, binding, event) {
  if (takesText(event.target)) return false
  const target = /** @type {HTMLElement} */ (event.target)
  if (binding.inText) return target.contains(page.view.root)
  // A focused button or link keeps its own keys.
  return !(binding.action === "submit" && target.closest?.(".submit-panel"))
}

/**
 * @param {TagPage} page
 * @param {1 | -1} by
 */
function step(page, by) {
  const id = neighbour(page.queue, page.boot.article.id, by)
  if (id) openArticle(id)
  return id ? undefined : false
}

/** @param {TagPage} page */
function escape(page) {
  if (!page.submitPanel.root.hidden) return page.submitPanel.close()
  if (page.actions.drafting.wantNone()) return undefined
  const { cursor } = page
  if (page.activeSpan || page.activeStatement) {
    page.activeSpan = ""
    page.activeStatement = ""
    page.light()
  } else if (!cursor.collapsed) cursor.set(cursor.at.focus, cursor.at.focus)
  page.focusText()
  return undefined
}

/** @param {TagPage} page */
function sayRange(page) {
  const { range } = page.cursor
  if (range) page.say(page.offsets.slice(range.start, range.end))
}
