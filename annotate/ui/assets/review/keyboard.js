/** @import {ReviewPage} from "./page.js" */
/** @import {Move} from "../tag/cursor.js" */
import { takesText } from "../shared/dom.js"
import { composing } from "../tag/keys.js"
import { bindingFor } from "./keys.js"

/** @typedef {(page: ReviewPage, event: KeyboardEvent) => unknown} Command Returns false when the key is not for it. */

/** @type {Record<string, Command>} */
const COMMANDS = {
  nextRow: (page) => page.step(1),
  previousRow: (page) => page.step(-1),
  take: (page, event) => page.actions.takeNumber(Number(event.key)),
  cell: (page, event) => page.stepCell(event.key),
  accept: (page) => page.actions.accept(),
  edit: (page) => page.actions.edit(),
  reject: (page) => page.actions.reject(),
  reopen: (page) => page.actions.reopen(),
  unanimous: (page) => page.actions.acceptUnanimous(),
  write: (page) => page.actions.write(),
  evidence: (page) => page.actions.editing.words("evidence"),
  moreEvidence: (page) => page.actions.editing.words("more"),
  speaker: (page) => page.actions.editing.words("speaker"),
  holder: (page) => page.actions.editing.words("holder"),
  join: (page) => page.joining.pick(),
  undo: (page) => page.actions.undo(),
  redo: (page) => page.actions.redo(),
  talk: (page) => page.talks.onRow(page.active),
  talkArticle: (page) => page.talks.onArticle(),
  gold: (page) => page.actions.makeGold(),
  giveBack: (page) => page.actions.giveBack(),
  nextArticle: (page) => page.openArticle(page.boot.place.next),
  previousArticle: (page) => page.openArticle(page.boot.place.previous),
  original: (page) => /** @type {HTMLElement | null} */ (page.reader.querySelector("a.original"))?.click(),
  find: (page) => page.find.open(),
  focusText: (page) => page.focusText(),
  focusRows: (page) => page.focusRows(),
  escape: (page) => page.escape(),
  guidelines: (page) => page.guidelines.open(),
  help: (page) => page.help.open(),
}
for (const move of /** @type {Move[]} */ (["left", "right", "up", "down", "home", "end", "top", "bottom"])) {
  COMMANDS[move] = (page, event) => {
    page.cursor.move(move, { extend: event.shiftKey, free: event.altKey })
    const { range } = page.cursor
    if (event.shiftKey && range) page.say(page.offsets.slice(range.start, range.end))
  }
}

/**
 * Handles a key for the open page.
 *
 * @param {ReviewPage} page
 * @param {KeyboardEvent} event
 */
export function handleKey(page, event) {
  if (composing(event) || event.defaultPrevented) return
  page.settlePointer()
  const target = /** @type {HTMLElement} */ (event.target)
  if (page.root.contains(target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    // Streamlit reruns the page on r and clears its cache on c.
    event.stopPropagation()
  }
  if (takesText(target)) return
  if (event.key === "Enter" && target.matches(".cell.pick")) {
    event.preventDefault()
    return page.actions.accept()
  }
  // A focused button or link keeps its own keys.
  if ((event.key === "Enter" || event.key === " ") && !event.ctrlKey && !event.metaKey && target.closest("button, a, summary")) return
  const binding = bindingFor(event, target === page.view.root)
  if (!binding || COMMANDS[binding.action]?.(page, event) === false) return
  event.preventDefault()
  event.stopPropagation()
}
