/** @import {Offsets} from "./offsets.js" */
/** @import {Range} from "./types.js" */
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

const MOST = 500

/**
 * @typedef {object} FindHooks
 * @property {(ranges: Range[], current: Range | null) => void} onFound For every change of what is found.
 * @property {(range: Range, extend: boolean) => void} onChosen
 * @property {() => void} onClosed
 * @property {() => number} from Where to look first, code points.
 */

/** The box that finds a string in the text and selects it: the fast way to a quote without the pointer. */
export class FindBox {
  /**
   * @param {Offsets} offsets
   * @param {FindHooks} hooks
   */
  constructor(offsets, hooks) {
    this.offsets = offsets
    this.hooks = hooks
    this.text = fold(offsets.text)
    /** @type {Range[]} */
    this.found = []
    this.current = 0
    this.input = h("input", {
      class: "in",
      type: "search",
      placeholder: t("Find in the text"),
      "aria-label": t("Find in the text"),
      autocomplete: "off",
      spellcheck: "false",
      on: { input: () => this.look(), keydown: (/** @type {KeyboardEvent} */ event) => this.key(event) },
    })
    this.count = h("span", { class: "tiny", role: "status" })
    this.root = h("div", { class: "find", role: "search", hidden: true }, this.input, this.count)
  }

  open() {
    this.root.hidden = false
    this.input.value = ""
    this.look()
    this.input.focus()
  }

  close() {
    this.root.hidden = true
    this.found = []
    this.hooks.onFound([], null)
    this.hooks.onClosed()
  }

  look() {
    const wanted = fold(this.input.value)
    this.found = wanted.trim() === "" ? [] : occurrences(this.text, wanted, this.offsets)
    const from = this.hooks.from()
    this.current = Math.max(0, this.found.findIndex((range) => range.start >= from))
    this.tell()
  }

  tell() {
    const n = this.found.length
    const empty = this.input.value.trim() === ""
    this.count.textContent = empty ? "" : n === 0 ? t("not found") : `${this.current + 1}/${n}`
    this.hooks.onFound(this.found, this.found[this.current] ?? null)
  }

  /** @param {number} by */
  step(by) {
    if (this.found.length === 0) return
    this.current = (this.current + by + this.found.length) % this.found.length
    this.tell()
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === "ArrowDown" || event.key === "F3") this.step(event.shiftKey ? -1 : 1)
    else if (event.key === "ArrowUp") this.step(-1)
    else if (event.key === "Escape") this.close()
    else if (event.key === "Enter") {
      const range = this.found[this.current]
      if (!range) return
      this.root.hidden = true
      this.hooks.onFound([], null)
      this.hooks.onChosen(range, event.shiftKey)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
}

/**
 * Lower case where that keeps every character's length, so that offsets stay true.
 *
 * @param {string} text
 */
export function fold(text) {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return [...text].map((char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char)).join("")
}

/**
 * @param {string} text
 * @param {string} wanted
 * @param {Offsets} offsets
 * @returns {Range[]} The first 500, code points.
 */
function occurrences(text, wanted, offsets) {
  /** @type {Range[]} */
  const found = []
  for (let at = text.indexOf(wanted); at >= 0 && found.length < MOST; at = text.indexOf(wanted, at + 1)) {
    found.push({ start: offsets.toCodePoint(at), end: offsets.toCodePoint(at + wanted.length) })
  }
  return found
}
