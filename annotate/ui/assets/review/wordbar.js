/** @import {Role} from "./editing.js" */
/** @import {RowKind} from "./types.js" */
import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"

/** @typedef {Role | "write"} Use What selected words can be. */

/** Space between the bar and the words, px. */
const APART = 7

/** The bar beside selected words: what they can be to the active row. */
export class WordBar {
  /** @param {(use: Use) => void} onUse */
  constructor(onUse) {
    const one = (/** @type {Use} */ use, /** @type {string} */ key, /** @type {string} */ words) => button("k", () => onUse(use), { data: { use } }, h("kbd", {}, key), words)
    this.evidence = one("evidence", "V", t("evidence"))
    this.more = one("more", "⇧V", t("further evidence"))
    this.speaker = one("speaker", "A", t("speaker"))
    this.holder = one("holder", "H", t("on behalf of"))
    this.write = one("write", "N", t("new statement"))
    this.mention = [one("evidence", "V", t("words of the mention")), one("speaker", "A", t("its actor"))]
    this.root = h("div", {
      class: "words", role: "toolbar", "aria-label": t("Selected words"), hidden: true,
      // A click on the bar must not take the selection away that it is meant for.
      on: { pointerdown: (/** @type {Event} */ event) => event.preventDefault() },
    })
  }

  /**
   * @param {boolean} selected Whether there are words to use.
   * @param {RowKind | null} kind Of the active row.
   */
  show(selected, kind) {
    this.root.hidden = !selected
    const uses = kind === "statement" ? [this.evidence, this.more, this.speaker, this.holder] : kind === "span" ? this.mention : []
    const wanted = [...uses, this.write]
    if (!selected) return
    if (this.root.childElementCount !== wanted.length || this.root.firstElementChild !== wanted[0]) this.root.replaceChildren(...wanted)
  }

  /**
   * Puts the bar below the words, or above them where it would be out of sight there; never over
   * what stands above the text.
   *
   * @param {DOMRect} first The first line of the words.
   * @param {DOMRect} last Their last line.
   * @param {DOMRect} home What the bar's place is counted from: the text.
   * @param {DOMRect} frame What can be seen of it.
   */
  place(first, last, home, frame) {
    const { offsetWidth: width, offsetHeight: height } = this.root
    const below = last.bottom + APART
    const above = first.top - APART - height
    const top = below + height > frame.bottom && above > Math.max(frame.top, home.top) ? above : below
    const left = Math.max(0, Math.min(last.left - home.left, home.width - width))
    this.root.style.transform = `translate(${Math.round(left)}px,${Math.round(top - home.top)}px)`
  }
}
