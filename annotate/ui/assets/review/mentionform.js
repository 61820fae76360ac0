/** @import {Api} from "../tag/api.js" */
/** @import {Entry} from "../tag/suggest.js" */
/** @import {Codebook, Range} from "../tag/types.js" */
import { button, h, uid } from "../shared/dom.js"
import { label, t } from "../shared/i18n.js"
import { Autocomplete } from "../tag/autocomplete.js"
import { everyValue, withKept } from "../shared/values.js"
import { composing } from "../shared/keys.js"

/**
 * What the form holds: code points and their words, the kind, and who is meant.
 *
 * @typedef {Range & {quote: string, kind: string, actor: Entry | null}} Mention
 *
 * @typedef {object} MentionHooks
 * @property {Pick<Api, "search">} api
 * @property {Codebook} codebook
 * @property {string} language Of the article.
 * @property {() => Entry[]} known Actors that can be offered without asking.
 * @property {(mention: Mention) => void} onSave
 * @property {() => void} onCancel
 * @property {(mention: Mention) => void} onChange
 * @property {() => void} onWantWords The person wants to choose other words in the text.
 */

/** The form for a mention, or another span that is decided by itself: its words, kind and actor. */
export class MentionForm {
  /**
   * @param {Mention} mention
   * @param {MentionHooks} hooks
   */
  constructor(mention, hooks) {
    this.hooks = hooks
    this.mention = mention
    this.initial = JSON.stringify(mention)
    this.message = h("p", { class: "wrong-message", role: "alert" })
    this.words = h("div", { class: "evidence-list" })
    const kinds = withKept(hooks.codebook.span_kinds, mention.kind, everyValue(hooks.codebook, "span_kinds"))
    const id = uid("kind")
    const select = h("select", { class: "in", id, on: { change: () => this.changed({ kind: select.value }) } }, kinds.map((kind) => h("option", { value: kind.name }, label(kind))))
    select.value = mention.kind
    this.kind = select
    this.combo = new Autocomplete({
      api: hooks.api, registry: "actors", label: t("Actor"), newKind: "person",
      local: hooks.known, suggestions: () => hooks.known().slice(0, 8),
      onChange: (actor) => this.changed({ actor }),
    })
    this.combo.set(mention.actor)
    this.combo.input.id = uid("actor")
    this.actorRow = h("div", { class: "row", data: { field: "actor_id" } }, h("label", { for: this.combo.input.id }, t("Actor")), this.combo.root)
    this.root = h("form", {
      class: "form mention-form", "aria-label": t("Edit mention"), novalidate: true,
      on: { submit: (/** @type {Event} */ event) => event.preventDefault(), keydown: (/** @type {KeyboardEvent} */ event) => this.key(event) },
    },
    h("div", { class: "row", data: { field: "evidence" } }, h("span", { class: "label" }, t("Words")), this.words),
    h("div", { class: "row", data: { field: "kind" } }, h("label", { for: id }, t("Kind")), h("div", { class: "select" }, select)),
    this.actorRow, this.message,
    h("div", { class: "buttons" }, button("btn", hooks.onCancel, {}, t("Cancel"), " ", h("kbd", {}, "Esc")), button("btn primary", () => this.save(), {}, t("Save"), " ↵")))
    this.show()
  }

  show() {
    const { mention, hooks } = this
    this.words.replaceChildren(
      h("div", { class: "ev" }, h("q", { dir: "auto", lang: hooks.language }, mention.quote)),
      button("link add", hooks.onWantWords, { title: t("Select it in the text, then press V") }, t("other words"), " ", h("kbd", {}, "V")))
    this.actorRow.hidden = mention.kind !== "actor"
  }

  /** @param {Partial<Mention>} part */
  changed(part) {
    this.mention = { ...this.mention, ...part }
    this.message.textContent = ""
    this.show()
    this.hooks.onChange(this.mention)
  }

  /**
   * @param {Entry | null} actor
   * @param {string} text What to look for where there is no entry.
   */
  propose(actor, text) {
    if (actor) this.combo.set(actor)
    else this.combo.propose(text)
    this.changed({ actor })
    this.combo.input.focus()
  }

  get isChanged() {
    return JSON.stringify(this.mention) !== this.initial || this.combo.loose !== ""
  }

  focusFirst() {
    this.kind.focus()
  }

  save() {
    const { combo } = this
    if (this.mention.kind === "actor" && combo.puts(() => this.save())) return
    if (this.mention.kind === "actor" && combo.loose !== "") {
      combo.input.focus()
      this.message.textContent = combo.lacking
      return
    }
    this.hooks.onSave(this.mention)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (composing(event)) return
    const onButton = /** @type {HTMLElement} */ (event.target).tagName === "BUTTON"
    if (event.key === "Escape") this.hooks.onCancel()
    else if (event.key === "Enter" && !onButton) this.save()
    else {
      // Typing in the form must not reach the page's keys, nor Streamlit's.
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation()
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
}
