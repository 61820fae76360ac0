/** @import {TextView} from "./render.js" */
/** @import {Snapper} from "./snap.js" */
/** @import {Range} from "./types.js" */
/** @import {Cursor} from "./selection.js" */
import { h } from "../shared/dom.js"
import { nodeAt, rangeOf, readSelection, tint, writeSelection } from "./selection.js"

/** Room kept above and below the caret when scrolling to it: the key bar covers the top. */
const MARGIN = 72

/** @typedef {"left" | "right" | "up" | "down" | "home" | "end" | "top" | "bottom"} Move */

/**
 * The text cursor: the one selection of the text, made by pointer, keys or search, which
 * outlives a loss of focus and a repaint.
 */
export class TextCursor {
  /**
   * @param {TextView} view
   * @param {Snapper} snapper
   * @param {HTMLElement} scroller
   */
  constructor(view, snapper, scroller) {
    this.view = view
    this.snapper = snapper
    this.scroller = scroller
    /** @type {Cursor} */
    this.at = { anchor: 0, focus: 0 }
    /** Whether the ends are meant exactly as they are, word boundary or not. */
    this.exact = false
    /** Whether a caret is to be seen: from the first key that moves it. */
    this.visible = false
    /** Whether the text got the focus by key: the caret then shows where the focus is. */
    this.byKey = false
    this.caret = h("div", { class: "caret", "aria-hidden": "true" })
    /** @type {() => void} */
    this.onMove = () => {}
  }

  /** @returns {Range | null} The selection as it would be tagged, or null when it is empty. */
  get range() {
    const { anchor, focus } = this.at
    if (anchor === focus) return null
    return this.snapper.snap(anchor, focus, this.exact)
  }

  get collapsed() {
    return this.at.anchor === this.at.focus
  }

  /**
   * @param {number} anchor
   * @param {number} focus
   * @param {{exact?: boolean, visible?: boolean, scroll?: boolean}} [how]
   */
  set(anchor, focus, how = {}) {
    this.at = { anchor, focus }
    this.exact = how.exact ?? false
    if (how.visible !== undefined) this.visible = how.visible
    this.show()
    if (how.scroll) this.reveal()
    this.onMove()
  }

  /** Puts the document's selection and the caret where the cursor is. */
  show() {
    const focused = this.view.root.contains(document.activeElement)
    if (focused) writeSelection(this.view, this.at)
    // Without the focus the browser shows no selection of ours: tint it instead.
    const { anchor, focus } = this.at
    const kept = !focused && anchor !== focus
    const range = { start: Math.min(anchor, focus), end: Math.max(anchor, focus) }
    tint(this.view, "claimdesk-selection", kept ? [range] : [])
    this.placeCaret(focused)
  }

  /** @param {boolean} focused */
  placeCaret(focused) {
    this.caret.hidden = !(focused && (this.visible || this.byKey))
    if (this.caret.hidden) return
    const box = this.box()
    const home = /** @type {HTMLElement} */ (this.caret.offsetParent ?? this.view.root)
    const origin = home.getBoundingClientRect()
    this.caret.style.transform = `translate(${box.left - origin.left}px,${box.top - origin.top}px)`
    this.caret.style.height = `${box.height}px`
    // Blinking starts anew with each move, so that a moving caret is always seen.
    this.caret.style.animation = "none"
    void this.caret.offsetWidth
    this.caret.style.animation = ""
  }

  /** Where the cursor stands on the screen. */
  box() {
    const { node, offset } = nodeAt(this.view, this.at.focus)
    if (node.nodeType !== Node.TEXT_NODE) return /** @type {Element} */ (node).getBoundingClientRect()
    const range = document.createRange()
    range.setStart(node, offset)
    range.collapse(true)
    const boxes = range.getClientRects()
    return boxes[boxes.length - 1] ?? /** @type {Element} */ (node.parentElement).getBoundingClientRect()
  }

  /** Scrolls until the cursor can be seen. */
  reveal() {
    const box = this.box()
    const frame = this.scroller.getBoundingClientRect()
    const above = box.top - (frame.top + MARGIN)
    const below = box.bottom - (frame.bottom - MARGIN)
    if (above < 0) this.scroller.scrollTop += above
    else if (below > 0) this.scroller.scrollTop += Math.min(below, above)
  }

  /**
   * @param {Move} move
   * @param {{extend: boolean, free: boolean}} how
   */
  move(move, how) {
    const target = this.target(move, how)
    const anchor = how.extend ? this.at.anchor : target
    // An exact end stays exact while the other end moves.
    const exact = how.free || (how.extend && (this.exact || this.collapsed))
    this.set(anchor, target, { exact, visible: true, scroll: true })
  }

  /**
   * @param {Move} move
   * @param {{extend: boolean, free: boolean}} how
   */
  target(move, { extend, free }) {
    const { anchor, focus } = this.at
    const low = Math.min(anchor, focus)
    const high = Math.max(anchor, focus)
    const paragraph = this.view.paragraphs[this.view.paragraphAt(focus)] ?? { start: 0, end: 0 }
    switch (move) {
      case "left":
        return !extend && low !== high ? low : this.snapper.previous(focus, free)
      case "right":
        return !extend && low !== high ? high : this.snapper.next(focus, free)
      case "home":
        return paragraph.start
      case "end":
        return paragraph.end
      case "top":
        return 0
      case "bottom":
        return this.view.offsets.length
      default:
        return this.line(move, extend && !free)
    }
  }

  /**
   * The place one line up or down, as the browser lays the lines out.
   *
   * @param {"up" | "down"} move
   * @param {boolean} whole Only where a word begins or ends.
   */
  line(move, whole) {
    const selection = document.getSelection()
    if (!selection) return this.at.focus
    writeSelection(this.view, this.at)
    selection.modify("extend", move === "down" ? "forward" : "backward", "line")
    const found = readSelection(this.view)
    if (!found || found.focus === this.at.focus) return move === "down" ? this.view.offsets.length : 0
    const place = this.snapper.graphemeFloor(found.focus)
    return whole ? this.nearestWord(place) : place
  }

  /**
   * The nearer end of the word around a place, or the place itself within a word so long that the cursor would stay.
   *
   * @param {number} place
   */
  nearestWord(place) {
    const from = this.snapper.wordFloor(place)
    const to = this.snapper.wordCeil(place)
    const near = place - from <= to - place ? from : to
    return near === this.at.focus ? place : this.snapper.graphemeFloor(near)
  }

  /**
   * Takes over a selection that the pointer, touch or the browser made.
   *
   * @param {{free: boolean, snap: boolean}} how `snap`: show at once what would be tagged.
   */
  adopt({ free, snap }) {
    const found = readSelection(this.view)
    if (!found) return
    if (found.anchor === found.focus) {
      this.at = found
      this.exact = false
      this.placeCaret(true)
      this.onMove()
      return
    }
    const range = snap ? this.snapper.snap(found.anchor, found.focus, free) : null
    if (!range) this.at = found
    else if (found.focus >= found.anchor) this.at = { anchor: range.start, focus: range.end }
    else this.at = { anchor: range.end, focus: range.start }
    this.exact = free
    if (range) writeSelection(this.view, this.at)
    this.placeCaret(true)
    this.onMove()
  }

  /**
   * Scrolls a stretch of text into view.
   *
   * @param {Range} range
   */
  revealRange(range) {
    const box = rangeOf(this.view, range.start, range.end).getBoundingClientRect()
    const frame = this.scroller.getBoundingClientRect()
    if (box.top >= frame.top + MARGIN && box.bottom <= frame.bottom - MARGIN / 2) return
    this.scroller.scrollTop += box.top - frame.top - frame.height / 3
  }
}
