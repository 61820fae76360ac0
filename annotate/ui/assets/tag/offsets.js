/**
 * The one place of the browser's part that converts between code points (everywhere else)
 * and UTF-16 code units (DOM and JavaScript strings).
 */
export class Offsets {
  /** @param {string} text */
  constructor(text) {
    this.text = text
    /** Code point offsets of the characters that take two code units, ascending. */
    this.astral = astralOffsets(text)
    /** Length in code points. */
    this.length = text.length - this.astral.length
  }

  /**
   * @param {number} codePoint Clamped to the text.
   * @returns {number} Code units.
   */
  toUtf16(codePoint) {
    const at = Math.max(0, Math.min(codePoint, this.length))
    return at + countBelow(this.astral, at)
  }

  /**
   * @param {number} unit An offset inside a surrogate pair counts as before the pair.
   * @returns {number} Code points.
   */
  toCodePoint(unit) {
    const at = Math.max(0, Math.min(unit, this.text.length))
    let low = 0
    let high = this.astral.length
    while (low < high) {
      const middle = (low + high) >> 1
      // The k-th astral character ends at code unit astral[k] + k + 2.
      if (/** @type {number} */ (this.astral[middle]) + middle + 2 <= at) low = middle + 1
      else high = middle
    }
    const inside = low < this.astral.length && /** @type {number} */ (this.astral[low]) + low + 1 === at
    return at - low - (inside ? 1 : 0)
  }

  /**
   * The text of `[start, end)`, in code points.
   *
   * @param {number} start
   * @param {number} end
   */
  slice(start, end) {
    return this.text.slice(this.toUtf16(start), this.toUtf16(end))
  }
}

/** @param {string} text */
function astralOffsets(text) {
  /** @type {number[]} */
  const found = []
  for (let unit = 0; unit < text.length - 1; unit++) {
    const code = text.charCodeAt(unit)
    if (code < 0xd800 || code > 0xdbff) continue
    const next = text.charCodeAt(unit + 1)
    // A lone surrogate is a code point of its own.
    if (next < 0xdc00 || next > 0xdfff) continue
    found.push(unit - found.length)
    unit += 1
  }
  return Int32Array.from(found)
}

/**
 * How many items of an ascending array are below a value.
 *
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function countBelow(sorted, value) {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (/** @type {number} */ (sorted[middle]) < value) low = middle + 1
    else high = middle
  }
  return low
}
