/** @import {Session} from "./session.js" */
import { button, h } from "../shared/dom.js"
import { fieldNames, missingIn } from "./formvalues.js"
import { chordOf } from "../shared/keys.js"
import { label, listed, t, tn } from "../shared/i18n.js"
import { byPosition, unansweredIn } from "./model.js"

/**
 * @typedef {object} SubmitHooks
 * @property {() => void} onSubmit
 * @property {(statement: string) => void} onMend
 * @property {() => void} onLabels Answers the questions about the article.
 * @property {() => void} onClose
 * @property {() => number} unfinished How many statements have been begun and not saved.
 * @property {() => void} onResume Takes up the latest of them.
 */

/** The question before a submission: what goes in, or what is still missing. */
export class SubmitPanel {
  /**
   * @param {Session} session
   * @param {SubmitHooks} hooks
   */
  constructor(session, hooks) {
    this.session = session
    this.hooks = hooks
    this.root = h("div", {
      class: "submit-panel",
      role: "dialog",
      "aria-label": t("Submit"),
      hidden: true,
      on: {
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.agree()
          else if (event.key === "Escape") this.close()
          else if (chordOf(event) === "l" && this.unanswered.length > 0) this.answer()
          else return
          event.preventDefault()
          event.stopPropagation()
        },
      },
    })
  }

  get gaps() {
    const { state, boot } = this.session
    const names = fieldNames()
    return byPosition(state).flatMap((statement, i) => {
      const missing = missingIn(state, statement, boot.codebook)
      const text = listed(missing.map((name) => names[/** @type {keyof typeof names} */ (name)]))
      return missing.length > 0 ? [{ id: statement.id, number: i + 1, text }] : []
    })
  }

  /** Names of the document labels that have no value. */
  get unanswered() {
    const { state, boot } = this.session
    return unansweredIn(boot.codebook, state.labels).map((definition) => label(definition))
  }

  open() {
    const { gaps } = this
    this.root.replaceChildren(...(gaps.length > 0 ? this.missing(gaps) : this.question()))
    this.root.hidden = false
    const first = this.root.querySelector("button.primary") ?? this.root.querySelector("button")
    ;/** @type {HTMLElement | null} */ (first)?.focus()
  }

  question() {
    const { state } = this.session
    const spans = tn("{n} span", "{n} spans", state.spans.size)
    const statements = tn("{n} statement", "{n} statements", state.statements.size)
    const text =
      state.spans.size + state.statements.size > 0
        ? t("Submit {statements} and {spans}? You can take it back until it is reviewed.", { statements, spans })
        : t("Nothing is tagged. Submit the article as holding no statements?")
    const unset = this.openLabels()
    const left = this.hooks.unfinished()
    const begun = tn("{n} unfinished statement is not part of it.", "{n} unfinished statements are not part of it.", left)
    const buttons = left > 0
      ? [button("btn", () => this.agree(), {}, t("Submit without")), button("btn primary", () => this.resume(), {}, t("Finish first"), " ↵")]
      : [button("btn primary", () => this.agree(), {}, t("Submit"), " ↵")]
    return [
      h("p", {}, text),
      ...(left > 0 ? [h("p", { class: "begun" }, begun)] : []),
      ...(unset ? [unset] : []),
      h("div", { class: "buttons" }, button("btn", () => this.close(), {}, t("Not yet"), " ", h("kbd", {}, "Esc")), ...buttons),
    ]
  }

  resume() {
    this.root.hidden = true
    this.hooks.onResume()
  }

  openLabels() {
    const names = this.unanswered
    if (names.length === 0) return null
    const text = tn("{n} document label is not set: {names}.", "{n} document labels are not set: {names}.", names.length, { names: listed(names) })
    return h("p", { class: "muted unanswered" }, text, " ", button("link", () => this.answer(), { "aria-keyshortcuts": "l" }, t("Set them"), " ", h("kbd", {}, "L")))
  }

  answer() {
    this.root.hidden = true
    this.hooks.onLabels()
  }

  /** @param {{id: string, number: number, text: string}[]} gaps */
  missing(gaps) {
    const rows = gaps.map(({ id, number, text }) =>
      h("li", {}, button("link", () => this.mend(id), {}, t("Statement {number}: {fields} missing", { number, fields: text }))),
    )
    return [
      h("p", {}, t("Before this can be submitted:")),
      h("ul", {}, rows),
      h("div", { class: "buttons" }, button("btn", () => this.close(), {}, t("Close"), " ", h("kbd", {}, "Esc"))),
    ]
  }

  /** @param {string} id */
  mend(id) {
    this.root.hidden = true
    this.hooks.onMend(id)
  }

  agree() {
    if (this.gaps.length > 0) return
    this.root.hidden = true
    this.hooks.onSubmit()
    this.hooks.onClose()
  }

  close() {
    this.root.hidden = true
    this.hooks.onClose()
  }
}
