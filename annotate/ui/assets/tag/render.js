/** @import {Offsets} from "./offsets.js" */
/** @import {Span, Value} from "./types.js" */
/** @import {Segment} from "./lanes.js" */
import { colourOf } from "./colours.js"
import { h } from "../shared/dom.js"
import { assignLanes, layout, paragraphsOf } from "./lanes.js"
import { countBelow } from "./offsets.js"

/** Lanes that fit between two lines; more of them widen the lines of their paragraph. */
const ROOMY_LANES = 3
/** From here on, lanes are drawn on top of each other. */
const MOST_LANES = 12

/**
 * @typedef {object} Marks What is drawn on the text.
 * @property {readonly Span[]} spans
 * @property {ReadonlyMap<string, {number: number, statement: string}[]>} numbers Statements by evidence span.
 */

/**
 * The article's text in the document: one element a paragraph, spans as wrapped segments. The
 * text content of a paragraph's element is exactly the paragraph's text.
 */
export class TextView {
  /**
   * @param {Offsets} offsets
   * @param {readonly Value[]} kinds
   */
  constructor(offsets, kinds) {
    this.offsets = offsets
    this.colours = new Map(kinds.map((kind) => [kind.name, colourOf(kind)]))
    this.lines = offsets.text.split("\n")
    const lengths = lineLengths(this.lines, offsets)
    let n = 0
    this.paragraphs = paragraphsOf(this.lines, () => lengths[n++] ?? 0)
    this.starts = this.paragraphs.map((paragraph) => paragraph.start)
    this.elements = this.lines.map((line, i) =>
      h("p", { dir: "auto", data: { paragraph: i }, class: line === "" ? "blank" : "" }, line),
    )
    this.root = h("div", { class: "text" }, this.elements)
    /** @type {string[]} */
    this.drawn = this.lines.map(() => "")
    /** @type {Map<string, HTMLElement[]>} Elements by span id. */
    this.pieces = new Map()
    /** @type {Marks | null} What could not be drawn because the pointer was down. */
    this.waiting = null
    this.held = false
    /** @type {ReadonlySet<string>} */
    this.lit = new Set()
    this.active = ""
  }

  /**
   * Draws the paragraphs that look different now.
   *
   * @param {Marks} marks
   * @returns {number} How many paragraphs were drawn again.
   */
  paint(marks) {
    if (this.held) {
      // Replacing text nodes now would collapse the selection under the pointer.
      this.waiting = marks
      return 0
    }
    const byId = new Map(marks.spans.map((span) => [span.id, span]))
    const lanes = assignLanes(marks.spans)
    let painted = 0
    layout(this.paragraphs, marks.spans).forEach((segments, i) => {
      const look = lookOf(segments, byId, lanes, marks)
      if (look === this.drawn[i]) return
      this.drawn[i] = look
      this.draw(i, segments, byId, lanes, marks)
      painted += 1
    })
    if (painted > 0) this.index()
    return painted
  }

  /** While the pointer is down nothing is drawn. */
  hold() {
    this.held = true
  }

  /** @returns {boolean} Whether something was drawn. */
  release() {
    this.held = false
    const marks = this.waiting
    this.waiting = null
    return marks !== null && this.paint(marks) > 0
  }

  /**
   * @param {ReadonlySet<string>} lit Spans to outline.
   * @param {string} active The span that keys act on, or an empty string.
   */
  light(lit, active) {
    for (const id of this.lit) if (!lit.has(id)) this.mark(id, "lit", false)
    for (const id of lit) this.mark(id, "lit", true)
    if (this.active !== active) this.mark(this.active, "active", false)
    this.mark(active, "active", true)
    this.lit = lit
    this.active = active
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {boolean} on
   */
  mark(id, name, on) {
    const pieces = this.pieces.get(id) ?? []
    pieces.forEach((piece, i) => {
      piece.classList.toggle(name, on)
      if (pieces.length > 1) {
        piece.classList.toggle("more-before", on && i > 0)
        piece.classList.toggle("more-after", on && i < pieces.length - 1)
      }
    })
  }

  /**
   * @param {number} i
   * @param {Segment[]} segments
   * @param {Map<string, Span>} byId
   * @param {Map<string, number>} lanes
   * @param {Marks} marks
   */
  draw(i, segments, byId, lanes, marks) {
    const { start, end } = /** @type {{start: number, end: number}} */ (this.paragraphs[i])
    /** @type {Node[]} */
    const nodes = []
    let at = start
    for (const segment of segments) {
      if (segment.start > at) nodes.push(this.words(at, segment.start))
      nodes.push(this.piece(segment, byId, lanes), ...footnotes(segment, marks))
      at = segment.end
    }
    if (at < end || nodes.length === 0) nodes.push(this.words(at, end))
    const element = /** @type {HTMLElement} */ (this.elements[i])
    element.replaceChildren(...nodes)
    const deepest = Math.max(0, ...segments.flatMap((segment) => segment.ids.map((id) => lanes.get(id) ?? 0)))
    const extra = Math.min(deepest, MOST_LANES) - ROOMY_LANES
    element.style.lineHeight = extra > 0 ? `calc(1.95em + ${extra * 3}px)` : ""
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  words(start, end) {
    return document.createTextNode(this.offsets.slice(start, end))
  }

  /**
   * @param {Segment} segment
   * @param {Map<string, Span>} byId
   * @param {Map<string, number>} lanes
   */
  piece(segment, byId, lanes) {
    const { start, end, ids } = segment
    const top = /** @type {Span} */ (byId.get(/** @type {string} */ (ids.at(-1))))
    const data = { id: top.id, ids: ids.join(" "), start, end, kind: top.kind }
    const element = h("span", { class: ids.length > 1 ? "s stack" : "s", data }, this.offsets.slice(start, end))
    element.style.setProperty("--c", this.colour(top.kind))
    const highest = Math.min(MOST_LANES, Math.max(...ids.map((id) => lanes.get(id) ?? 0)))
    if (highest > 0) this.underline(element, segment, byId, lanes, highest)
    return element
  }

  /**
   * Draws a line for each span of a stack, each in its own lane.
   *
   * @param {HTMLElement} element
   * @param {Segment} segment
   * @param {Map<string, Span>} byId
   * @param {Map<string, number>} lanes
   * @param {number} highest
   */
  underline(element, segment, byId, lanes, highest) {
    const lines = segment.ids.map((id) => {
      const colour = this.colour(byId.get(id)?.kind ?? "")
      const lane = Math.min(MOST_LANES, lanes.get(id) ?? 0)
      return `linear-gradient(${colour},${colour}) 0 calc(100% - ${3 * (highest - lane)}px)/100% 2px no-repeat`
    })
    element.style.setProperty("--lines", lines.join(","))
    element.style.paddingBottom = `${2 + 3 * highest}px`
    element.classList.add("lanes")
  }

  /** @param {string} kind */
  colour(kind) {
    return this.colours.get(kind) ?? "var(--neutral)"
  }

  /** Finds the elements of every span again. */
  index() {
    this.pieces = new Map()
    for (const element of this.root.querySelectorAll("span.s")) {
      const piece = /** @type {HTMLElement} */ (element)
      for (const id of (piece.dataset.ids ?? "").split(" ")) {
        const found = this.pieces.get(id)
        if (found) found.push(piece)
        else this.pieces.set(id, [piece])
      }
    }
    // Elements drawn again have lost their outline.
    this.light(this.lit, this.active)
  }

  /**
   * @param {number} at Code points.
   * @returns {number} Index of the paragraph that holds it.
   */
  paragraphAt(at) {
    return Math.max(0, countBelow(this.starts, at + 1) - 1)
  }

  /** @param {number} n Of a paragraph, from 0. @returns {{start: number, end: number}} Code points. */
  paragraphRange(n) {
    return { start: this.starts[n] ?? 0, end: (this.starts[n + 1] ?? this.offsets.length + 1) - 1 }
  }
}

/**
 * @param {readonly string[]} lines
 * @param {Offsets} offsets
 */
function lineLengths(lines, offsets) {
  let unit = 0
  let last = 0
  return lines.map((line) => {
    unit += line.length
    const end = offsets.toCodePoint(unit)
    const length = end - last
    unit += 1
    last = end + 1
    return length
  })
}

/**
 * All that decides how a paragraph looks, as a string to compare.
 *
 * @param {Segment[]} segments
 * @param {Map<string, Span>} byId
 * @param {Map<string, number>} lanes
 * @param {Marks} marks
 */
function lookOf(segments, byId, lanes, marks) {
  let look = ""
  for (const { start, end, ids, ends } of segments) {
    look += `${start}-${end}`
    for (const id of ids) look += ` ${id}/${byId.get(id)?.kind}/${lanes.get(id)}`
    for (const id of ends) {
      for (const { number, statement } of marks.numbers.get(id) ?? []) look += `^${number}/${statement}`
    }
    look += ";"
  }
  return look
}

/**
 * The numbers of the statements that rest on evidence ending here. Empty elements (the number
 * is drawn by the style sheet), because the paragraph's text content must stay the text; they
 * take no room in the line, because the text must not move under the reader.
 *
 * @param {Segment} segment
 * @param {Marks} marks
 */
function footnotes(segment, marks) {
  const numbers = segment.ends.flatMap((id) => marks.numbers.get(id) ?? []).sort((a, b) => a.number - b.number)
  if (numbers.length === 0) return []
  return [h("span", { class: "notes", "aria-hidden": "true" }, numbers.map(({ number, statement }) => h("sup", { data: { n: number, statement } })))]
}
