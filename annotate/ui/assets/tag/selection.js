/** @import {TextView} from "./render.js" */

/**
 * Between the document's selection and code points. `anchor` is where a selection began,
 * `focus` where it ends and grows; both in code points.
 *
 * @typedef {{anchor: number, focus: number}} Cursor
 */

/**
 * @param {TextView} view
 * @returns {Cursor | null} Null when the selection lies outside the text.
 */
export function readSelection(view) {
  const selection = document.getSelection()
  if (!selection || !selection.anchorNode || !selection.focusNode) return null
  const range = selection.rangeCount > 0 ? selection.getRangeAt(0) : null
  if (!range || !range.intersectsNode(view.root)) return null
  const inside = view.root.contains(selection.anchorNode) || view.root.contains(selection.focusNode)
  if (!inside) return null
  return {
    anchor: placeOf(view, selection.anchorNode, selection.anchorOffset),
    focus: placeOf(view, selection.focusNode, selection.focusOffset),
  }
}

/**
 * Code point offset of a place in the document; places before or after the text count as its ends.
 *
 * @param {TextView} view
 * @param {Node} node
 * @param {number} offset
 */
export function placeOf(view, node, offset) {
  const home = node instanceof Element ? node : node.parentElement
  const element = home?.closest("p[data-paragraph]")
  if (!element || !view.root.contains(element)) return outside(view, node, offset)
  const i = Number(/** @type {HTMLElement} */ (element).dataset.paragraph)
  const paragraph = /** @type {{start: number, end: number}} */ (view.paragraphs[i])
  const units = unitsBefore(element, node, offset)
  return view.offsets.toCodePoint(view.offsets.toUtf16(paragraph.start) + units)
}

/**
 * @param {TextView} view
 * @param {Node} node
 * @param {number} offset
 */
function outside(view, node, offset) {
  if (node === view.root) {
    return view.paragraphs[offset]?.start ?? view.offsets.length
  }
  const after = view.root.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING
  return after ? view.offsets.length : 0
}

/**
 * Code units of an element's text before a place inside it.
 *
 * @param {Element} element
 * @param {Node} node
 * @param {number} offset
 */
function unitsBefore(element, node, offset) {
  // A place in an element is before its offset-th child: count up to that child.
  const stop = node.nodeType === Node.TEXT_NODE ? node : node.childNodes[offset]
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let units = 0
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (text === stop) return units + (text === node ? offset : 0)
    if (stop && stop.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) return units
    if (stop?.contains(text)) return units
    if (!stop && !node.contains(text) && node.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) {
      return units
    }
    units += text.nodeValue?.length ?? 0
  }
  return units
}

/**
 * The place in the document of a code point offset.
 *
 * @param {TextView} view
 * @param {number} at
 * @param {boolean} [before] At a seam between two elements: the end of the first rather than the start of the second.
 * @returns {{node: Node, offset: number}}
 */
export function nodeAt(view, at, before = false) {
  const i = view.paragraphAt(at)
  const element = /** @type {HTMLElement} */ (view.elements[i])
  const start = view.offsets.toUtf16(/** @type {number} */ (view.starts[i]))
  let rest = view.offsets.toUtf16(at) - start
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  /** @type {Node | null} */
  let last = null
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const length = text.nodeValue?.length ?? 0
    if (rest < length || (before && rest === length)) return { node: text, offset: rest }
    rest -= length
    last = text
  }
  return last ? { node: last, offset: last.nodeValue?.length ?? 0 } : { node: element, offset: 0 }
}

/**
 * @param {TextView} view
 * @param {number} start
 * @param {number} end
 */
export function rangeOf(view, start, end) {
  const range = document.createRange()
  const from = nodeAt(view, start)
  const to = nodeAt(view, end, end > start)
  range.setStart(from.node, from.offset)
  range.setEnd(to.node, to.offset)
  return range
}

/**
 * @param {TextView} view
 * @param {Cursor} cursor
 */
export function writeSelection(view, cursor) {
  const forward = cursor.focus >= cursor.anchor
  const anchor = nodeAt(view, cursor.anchor, !forward)
  const focus = nodeAt(view, cursor.focus, forward && cursor.focus > cursor.anchor)
  document.getSelection()?.setBaseAndExtent(anchor.node, anchor.offset, focus.node, focus.offset)
}

/**
 * Tints stretches of the text without touching its elements.
 *
 * @param {TextView} view
 * @param {string} name Of the highlight in the style sheet.
 * @param {readonly {start: number, end: number}[]} ranges None takes the tint away.
 */
export function tint(view, name, ranges) {
  if (!CSS.highlights) return
  if (ranges.length === 0) CSS.highlights.delete(name)
  else CSS.highlights.set(name, new Highlight(...ranges.map(({ start, end }) => rangeOf(view, start, end))))
}
