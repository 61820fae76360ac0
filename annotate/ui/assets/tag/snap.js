/** @import {Offsets} from "./offsets.js" */
/** @import {Range} from "./types.js" */
import { countBelow } from "./offsets.js"

const SPACE = /^\s$/u
const HAN = /^\p{Script=Han}/u

/**
 * Brings selections onto word boundaries, and in any case onto boundaries between graphemes:
 * no span may start or end inside an emoji or a combining sequence.
 */
export class Snapper {
  /**
   * @param {Offsets} offsets Of the text that the boundaries belong to.
   * @param {readonly number[]} boundaries Word starts, code points, ascending, 0 and length included.
   */
  constructor(offsets, boundaries) {
    this.offsets = offsets
    const inside = boundaries.filter((at) => at >= 0 && at <= offsets.length)
    this.words = [...new Set([0, ...inside, offsets.length])].sort((a, b) => a - b)
    this.segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })
    /** @type {{start: number, end: number, segments: Intl.Segments} | null} */
    this.line = null
  }

  /**
   * @param {number} start
   * @param {number} end
   * @param {boolean} free Keep to graphemes only.
   * @returns {Range | null} Null when nothing but white space is left.
   */
  snap(start, end, free) {
    let from = Math.max(0, Math.min(start, end))
    let to = Math.min(this.offsets.length, Math.max(start, end))
    if (!free && from < to) {
      ;[from, to] = this.trim(from, to)
      if (from >= to) return null
      from = this.wordFloor(from)
      to = this.wordCeil(to)
    }
    from = this.graphemeFloor(from)
    to = this.graphemeCeil(to)
    ;[from, to] = this.trim(from, to)
    return from < to ? { start: from, end: to } : null
  }

  /** @param {number} at */
  wordFloor(at) {
    const next = countBelow(this.words, at + 1)
    return this.words[next - 1] ?? 0
  }

  /** @param {number} at */
  wordCeil(at) {
    return this.words[countBelow(this.words, at)] ?? this.offsets.length
  }

  /**
   * The word at a place, or null where there is only space.
   *
   * @param {number} at
   */
  wordAt(at) {
    const start = this.wordFloor(Math.min(at, Math.max(0, this.offsets.length - 1)))
    return this.snap(start, this.wordCeil(start + 1), false)
  }

  /**
   * Chinese words of the text that begin with something, the most frequent first: names to be taken
   * over. What else begins so is seldom one.
   *
   * @param {string} beginning
   * @returns {string[]} Not what is a whole word already.
   */
  wordsBeginning(beginning) {
    if (!HAN.test(beginning)) return []
    /** @type {Map<string, number>} */
    const found = new Map()
    const { text } = this.offsets
    for (let unit = text.indexOf(beginning); unit >= 0; unit = text.indexOf(beginning, unit + beginning.length)) {
      const start = this.offsets.toCodePoint(unit)
      const end = this.wordCeil(this.offsets.toCodePoint(unit + beginning.length))
      const word = this.offsets.slice(start, end)
      if (this.wordFloor(start) === start && word !== beginning) found.set(word, (found.get(word) ?? 0) + 1)
    }
    return [...found].sort((a, b) => b[1] - a[1]).map(([word]) => word)
  }

  /**
   * The next stop of a cursor.
   *
   * @param {number} at
   * @param {boolean} free By grapheme rather than by word.
   */
  next(at, free) {
    if (free) return this.graphemeCeil(Math.min(at + 1, this.offsets.length))
    let found = this.wordCeil(Math.min(at + 1, this.offsets.length))
    // A space is no stop of its own, a line's end is.
    while (found < this.offsets.length && this.offsets.slice(found - 1, found) === " ") {
      found = this.wordCeil(found + 1)
    }
    return this.graphemeCeil(found)
  }

  /**
   * @param {number} at
   * @param {boolean} free
   */
  previous(at, free) {
    if (free) return this.graphemeFloor(Math.max(at - 1, 0))
    let found = this.wordFloor(Math.max(at - 1, 0))
    while (found > 0 && this.offsets.slice(found, found + 1) === " ") found = this.wordFloor(found - 1)
    return this.graphemeFloor(found)
  }

  /** @param {number} at */
  graphemeFloor(at) {
    return this.grapheme(at)[0]
  }

  /** @param {number} at */
  graphemeCeil(at) {
    return this.grapheme(at)[1]
  }

  /**
   * The grapheme around a place as `[start, end]`; both are the place itself when it is a boundary.
   *
   * @param {number} at
   * @returns {[number, number]}
   */
  grapheme(at) {
    if (at <= 0) return [0, 0]
    if (at >= this.offsets.length) return [this.offsets.length, this.offsets.length]
    const unit = this.offsets.toUtf16(at)
    const line = this.lineAt(unit)
    const found = line.segments.containing(unit - line.start)
    if (!found || line.start + found.index === unit) return [at, at]
    const start = line.start + found.index
    return [this.offsets.toCodePoint(start), this.offsets.toCodePoint(start + found.segment.length)]
  }

  /** @param {number} unit */
  lineAt(unit) {
    if (this.line && this.line.start <= unit && unit < this.line.end) return this.line
    const text = this.offsets.text
    const start = text.lastIndexOf("\n", unit - 1) + 1
    const stop = text.indexOf("\n", unit)
    const end = stop < 0 ? text.length : stop + 1
    this.line = { start, end, segments: this.segmenter.segment(text.slice(start, end)) }
    return this.line
  }

  /**
   * @param {number} start
   * @param {number} end
   * @returns {[number, number]}
   */
  trim(start, end) {
    while (start < end && SPACE.test(this.offsets.slice(start, start + 1))) start += 1
    while (end > start && SPACE.test(this.offsets.slice(end - 1, end))) end -= 1
    return [start, end]
  }
}

/**
 * A text short enough for a message, never cut inside a grapheme.
 *
 * @param {string} text
 */
export function shorten(text) {
  const graphemes = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text.slice(0, 200))]
  return graphemes.length > 40 ? `${graphemes.slice(0, 40).map((item) => item.segment).join("")}…` : text
}
