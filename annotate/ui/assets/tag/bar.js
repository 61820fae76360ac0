/** @import {Codebook, Span, Value} from "./types.js" */
/** @import {FindBox} from "./find.js" */
import { paint } from "./colours.js"
import { button, h } from "../shared/dom.js"
import { label, t } from "../shared/i18n.js"

/**
 * @typedef {object} BarHooks
 * @property {(kind: Value) => void} onKind
 * @property {() => void} onStatement
 * @property {() => void} onAssign
 */

/** The key bar above the text: the kinds with their keys, and what can be done with the chosen span. */
export class KeyBar {
  /**
   * @param {Codebook} codebook
   * @param {FindBox} find
   * @param {BarHooks} hooks
   */
  constructor(codebook, find, hooks) {
    this.hooks = hooks
    this.kinds = codebook.span_kinds.map((kind) =>
      paint(button("k", () => hooks.onKind(kind), { title: kind.help || null, data: { kind: kind.name } }, kind.key ? h("kbd", {}, kind.key) : null, h("i", { class: "dot" }), label(kind)), kind),
    )
    this.statement = button("k", hooks.onStatement, { data: { action: "statement" } }, h("kbd", {}, "S"), t("statement"))
    this.hint = h("span", { class: "hint tiny" })
    this.seen = "?"
    this.root = h(
      "div",
      {
        class: "bar",
        role: "toolbar",
        "aria-label": t("Tag the selection"),
        // A click on the bar must not take the selection away that it is meant for.
        on: { pointerdown: (/** @type {Event} */ event) => event.target instanceof HTMLInputElement || event.preventDefault() },
      },
      this.kinds,
      this.statement,
      find.root,
      this.hint,
    )
    this.show(null, "", true)
  }

  /**
   * @param {Span | null} span The chosen span.
   * @param {string} actor The actor it means, if it is a mention.
   * @param {boolean} editable
   */
  show(span, actor, editable) {
    const mention = span?.kind === "actor"
    const look = JSON.stringify([mention, mention ? actor : "", editable])
    if (look === this.seen) return
    this.seen = look
    for (const element of [...this.kinds, this.statement]) element.disabled = !editable
    if (mention && editable) {
      const text = actor === "" ? [t("who?")] : [h("span", { class: "verb" }, t("means")), " ", actor]
      const title = actor === "" ? t("Which actor this mention means") : t("This mention means {name}; A chooses another actor", { name: actor })
      this.hint.replaceChildren(button("k assign", this.hooks.onAssign, { title, data: { action: "assign" } }, h("kbd", {}, "A"), h("span", { dir: "auto" }, text)))
    } else this.hint.replaceChildren(h("kbd", {}, "Alt"), ` ${t("select freely")}`)
  }
}
