/** @import {PlacedSpan} from "./rowmodel.js" */
/** @import {Coder} from "./types.js" */
/** @import {Segment} from "../tag/lanes.js" */
/** @import {Offsets} from "../tag/offsets.js" */
import { TextView } from "../tag/render.js"
import { h } from "../shared/dom.js"
import { listed, t } from "../shared/i18n.js"
import { colourOfCoder, nameOfCoder } from "./coders.js"

const GOLD = "var(--gold)"
/** Heights of lines and of the space between them, px. */
const THIN = 2
const THICK = 3
const APART = 1

/**
 * Who covers a stretch of text: the kinds of span that all coders have there, the letters of those
 * whose other spans cover it, and whether gold has one there that no coder had.
 *
 * @param {readonly {letter: string, kind: string}[]} spans All that cover it.
 * @param {number} coders
 * @returns {{all: boolean, letters: string[], gold: boolean}}
 */
export function coverage(spans, coders) {
  /** @type {Map<string, Set<string>>} */
  const kinds = new Map()
  const theirs = spans.filter(({ letter }) => letter !== "")
  for (const { kind, letter } of theirs) kinds.set(kind, (kinds.get(kind) ?? new Set()).add(letter))
  const shared = coders > 1 ? [...kinds.values()].filter((letters) => letters.size === coders) : []
  const rest = [...kinds.values()].filter((letters) => !shared.includes(letters)).flatMap((letters) => [...letters])
  return { all: shared.length > 0, letters: [...new Set(rest)].sort(), gold: theirs.length < spans.length }
}

/** The text with every coder's spans: a lane a coder, one line in gold where all agree, one for gold alone. */
export class ReviewText extends TextView {
  /**
   * @param {Offsets} offsets
   * @param {readonly Coder[]} coders
   */
  constructor(offsets, coders) {
    super(offsets, [])
    this.coders = coders
    /** Whether gold has words of its own somewhere. */
    this.own = false
  }

  /**
   * @override
   * @param {import("../tag/render.js").Marks} marks
   */
  paint(marks) {
    this.own = marks.spans.some((span) => "letter" in span && span.letter === "")
    return super.paint(marks)
  }

  /**
   * @override
   * @param {Segment} segment
   * @param {Map<string, PlacedSpan>} byId
   */
  piece(segment, byId) {
    const { start, end, ids } = segment
    const spans = ids.flatMap((id) => byId.get(id) ?? [])
    const { all, letters, gold } = coverage(spans, this.coders.length)
    const names = letters.map((letter) => nameOfCoder(this.coders, letter))
    const title = [all ? this.allWords : "", listed(names), gold ? t("gold alone") : ""].filter(Boolean).join(" · ")
    const data = { id: ids.at(-1), ids: ids.join(" "), start, end, letters: (all ? "*" : "") + letters.join("") + (gold ? "+" : "") }
    const element = h("span", { class: all ? "s all" : "s", data, title }, this.offsets.slice(start, end))
    const { lines, height } = linesOf(all, letters, gold)
    element.style.setProperty("--lines", lines.join(","))
    element.style.paddingBottom = `${height + 1}px`
    return element
  }

  get allWords() {
    return this.coders.length === 2 ? t("both") : t("all")
  }

  /** What the lines mean. */
  legend() {
    const coders = this.coders.map(({ letter }) => {
      const line = h("i", { "aria-hidden": "true" })
      line.style.setProperty("--c", colourOfCoder(letter))
      return h("span", { dir: "auto" }, line, nameOfCoder(this.coders, letter))
    })
    const both = this.coders.length > 1 ? h("span", {}, h("i", { class: "all", "aria-hidden": "true" }), this.allWords) : null
    const own = this.own ? h("span", {}, h("i", { class: "own", "aria-hidden": "true" }), t("gold alone")) : null
    return h("div", { class: "legend" }, coders, both, own)
  }
}

/**
 * @param {boolean} all
 * @param {readonly string[]} letters
 * @param {boolean} gold
 */
function linesOf(all, letters, gold) {
  const lines = []
  const thickness = letters.length + (all ? 1 : 0) + (gold ? 1 : 0) > 1 ? THIN : THICK
  let height = 0
  for (const letter of letters.toReversed()) {
    lines.push(line(colourOfCoder(letter), height, thickness))
    height += thickness + APART
  }
  if (all) {
    // Two fine lines with their own space between: told from the others without its colour, too.
    lines.push(line(GOLD, height, 1.5), line(GOLD, height + 3, 1.5))
    height += 5
  }
  if (gold) {
    lines.push(`repeating-linear-gradient(90deg,${GOLD} 0 7px,transparent 7px 10px) 0 calc(100% - ${height}px)/100% ${thickness}px no-repeat`)
    height += thickness + APART
  }
  return { lines, height }
}

/**
 * @param {string} colour
 * @param {number} up Above the lower edge, px.
 * @param {number} thickness
 */
function line(colour, up, thickness) {
  return `linear-gradient(${colour},${colour}) 0 calc(100% - ${up}px)/100% ${thickness}px no-repeat`
}
