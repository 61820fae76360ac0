/** @import {TextView} from "./render.js" */
/** @import {TextCursor} from "./cursor.js" */
import { readSelection } from "./selection.js"

/**
 * A page with a text to select and click in.
 *
 * @typedef {object} Pointed
 * @property {TextView} view
 * @property {TextCursor} cursor
 * @property {string} activeSpan
 * @property {(text: string) => void} say
 * @property {(id: string) => void} touchSpan
 * @property {(id: string) => void} touchStatement
 * @property {() => void} [selected] After words have been selected.
 */

/**
 * Selecting and clicking in the text with the pointer.
 *
 * @param {Pointed} page
 * @returns {() => void} Takes a selection in at once whose pointer has just been lifted: a key
 * pressed in the same moment must find it.
 */
export function watchPointer(page) {
  const { view, cursor } = page
  /** @type {HTMLElement | null} */
  let pressed = null
  let chosen = ""
  /** @type {(() => void) | null} */
  let pending = null
  const settle = () => {
    const run = pending
    pending = null
    run?.()
  }
  view.root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return
    view.hold()
    pressed = /** @type {HTMLElement} */ (event.target)
    chosen = page.activeSpan
    cursor.visible = true
    cursor.byKey = false
    cursor.caret.hidden = true
    const up = (/** @type {PointerEvent} */ end) => {
      document.removeEventListener("pointerup", up, true)
      document.removeEventListener("pointercancel", up, true)
      // The browser settles the selection only after this event.
      pending = () => lifted(page, pressed, chosen, end)
      setTimeout(settle)
    }
    document.addEventListener("pointerup", up, true)
    document.addEventListener("pointercancel", up, true)
  })
  const changed = () => {
    if (!view.root.isConnected) return document.removeEventListener("selectionchange", changed)
    if (view.held || document.activeElement !== view.root) return
    const found = readSelection(view)
    if (!found || (found.anchor === cursor.at.anchor && found.focus === cursor.at.focus)) return
    cursor.adopt({ free: false, snap: false })
  }
  // Touch handles and the browser's own commands select without a pointer of ours.
  document.addEventListener("selectionchange", changed)
  return settle
}

/**
 * @param {Pointed} page
 * @param {HTMLElement | null} target What was under the pointer when it went down.
 * @param {string} chosen The span that was chosen before.
 * @param {PointerEvent} event
 */
function lifted(page, target, chosen, event) {
  const { view, cursor } = page
  cursor.adopt({ free: event.altKey, snap: true })
  if (view.release()) cursor.show()
  if (!cursor.collapsed) {
    page.say(view.offsets.slice(Math.min(cursor.at.anchor, cursor.at.focus), Math.max(cursor.at.anchor, cursor.at.focus)))
    return page.selected?.()
  }
  const note = target?.closest("sup")
  if (note) return page.touchStatement(note.dataset.statement ?? "")
  const piece = /** @type {HTMLElement | null | undefined} */ (target?.closest("span.s"))
  if (piece) page.touchSpan(nextInStack(piece, chosen))
}

/**
 * The span that a click means: the innermost first, then outwards, then the innermost again.
 *
 * @param {HTMLElement} piece
 * @param {string} current
 */
export function nextInStack(piece, current) {
  const ids = (piece.dataset.ids ?? "").split(" ").reverse()
  return ids[(ids.indexOf(current) + 1) % ids.length] ?? ""
}
