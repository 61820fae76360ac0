/** @import {PlacedSpan} from "./rowmodel.js" */
/** @import {Coder} from "./types.js" */
/** @import {Segment} from "../tag/lanes.js" */
/** @import {Offsets} from "../tag/offsets.js" */
import { TextView } from "../tag/render.js"
import { h } from "../shared/dom.js"
import { listed, t } from "../shared/i18n.js"

/** In the order of the letters; a gold double line is what all share. */
const COLOURS = ["var(--actor)", "var(--claim)", "var(--evidence)", "var(--unclear)", "var(--oppose)", "var(--neutral)"]
const GOLD = "var(--gold)"
/** Heights of lines and of the space between them, px. */
const THIN = 2
const THICK = 3
const APART = 1

/** @param {string} letter */
export function colourOfCoder(letter) {
  return COLOURS[(letter.charCodeAt(0) - 65) % COLOURS.length] ?? GOLD
}

/**
 * Who covers a stretch of text: the kinds of span that all coders have there, and the letters of
 * those whose other spans cover it.
 *
 * @param {readonly {letter: string, kind: string}[]} spans All that cover it.
 * @param {number} coders
 * @returns {{all: boolean, letters: string[]}}
 */
export function coverage(spans, coders) {
  /** @type {Map<string, Set<string>>} */
  const kinds = new Map()
  for (const { kind, letter } of spans) kinds.set(kind, (kinds.get(kind) ?? new Set()).add(letter))
  const shared = coders > 1 ? [...kinds.values()].filter((letters) => letters.size === coders) : []
  const rest = [...kinds.values()].filter((letters) => !shared.includes(letters)).flatMap((letters) => [...letters])
  return { all: shared.length > 0, letters: [...new Set(rest)].sort() }
}

/** The text with every coder's spans: a lane a coder, and one line in gold where all agree. */
export class ReviewText extends TextView {
  /**
   * @param {Offsets} offsets
   * @param {readonly Coder[]} coders
   */
  constructor(offsets, coders) {
    super(offsets, [])
    this.coders = coders
  }

  /**
   * @override
   * @param {Segment} segment
   * @param {Map<string, PlacedSpan>} byId
   */
  piece(segment, byId) {
    const { start, end, ids } = segment
    const spans = ids.flatMap((id) => byId.get(id) ?? [])
    const { all, letters } = coverage(spans, this.coders.length)
    const names = letters.map((letter) => t("Coder {letter}", { letter }))
    const title = [all ? this.allWords : "", listed(names)].filter(Boolean).join(" · ")
    const data = { id: ids.at(-1), ids: ids.join(" "), start, end, letters: (all ? "*" : "") + letters.join("") }
    const element = h("span", { class: all ? "s all" : "s", data, title }, this.offsets.slice(start, end))
    const { lines, height } = linesOf(all, letters)
    element.style.setProperty("--lines", lines.join(","))
    element.style.paddingBottom = `${height + 1}px`
    return element
  }

  get allWords() {
    return this.coders.length === 2 ? t("both") : t("all")
  }

  /** What the lines mean. */
  legend() {
    const coders = this.coders.map(({ letter, name }) => {
      const line = h("i", { "aria-hidden": "true" })
      line.style.setProperty("--c", colourOfCoder(letter))
      return h("span", { dir: "auto" }, line, name ? `${letter} · ${name}` : t("Coder {letter}", { letter }))
    })
    const both = this.coders.length > 1 ? h("span", {}, h("i", { class: "all", "aria-hidden": "true" }), this.allWords) : null
    return h("div", { class: "legend" }, coders, both)
  }
}

/**
 * @param {boolean} all
 * @param {readonly string[]} letters
 */
function linesOf(all, letters) {
  const lines = []
  const thickness = letters.length + (all ? 1 : 0) > 1 ? THIN : THICK
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
