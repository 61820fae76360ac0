/** @import {Article, Codebook} from "./types.js" */
/** @import {State} from "./model.js" */
/** @import {Api} from "./api.js" */
/** @import {Span} from "./types.js" */
/** @import {Entry} from "./suggest.js" */
/** @import {FormValues} from "./formvalues.js" */
import { Autocomplete } from "./autocomplete.js"
import { ActorChain } from "./chain.js"
import { button, h, uid } from "../shared/dom.js"
import { everyValue, withKept } from "../shared/values.js"
import { ChoiceRow } from "./fields.js"
import { fieldNames, isDate, missingFields } from "./formvalues.js"
import { label, listed, t } from "../shared/i18n.js"
import { chordOf, composing, shownChord } from "../shared/keys.js"
import { LONGEST } from "./suggest.js"
import { knownEntries, suggestions } from "./offers.js"

/** Leads to the evidence, which is not among the stops of the Tab key. */
const TO_EVIDENCE = "Alt+s"
/** Fields that stand behind "More" while they are empty. */
const RARE = ["reported_by", "venue", "note", "addressee", "statement_date"]

/**
 * Where a statement is written: with which codebook, on which article, with which registry entries known.
 *
 * @typedef {{boot: {codebook: Codebook, article: Pick<Article, "source" | "language">, published_by?: string[]}, state: State}} Desk
 *
 * @typedef {object} FormHooks
 * @property {Desk} session
 * @property {Api} api
 * @property {() => Span[]} mentions Mentions in the text, nearest to the evidence first.
 * @property {(values: FormValues) => void} onSave
 * @property {(values: FormValues, changed: boolean) => void} onCancel
 * @property {(values: FormValues) => void} onChange
 * @property {(beginning: string) => string[]} [words] Words of the text, for the names of new actors.
 * @property {() => void} onWantEvidence The person wants to choose more evidence in the text.
 * @property {(values: FormValues) => string} [caution] What is asked back once before saving; empty for nothing.
 */

/** The statement form: its fields in order, saved by Enter, left by Esc. */
export class StatementForm {
  /**
   * @param {FormValues} values
   * @param {FormHooks} hooks
   */
  constructor(values, hooks) {
    this.hooks = hooks
    const { loose = {}, ...chosen } = values
    /** @type {FormValues} */
    this.values = chosen
    this.codebook = hooks.session.boot.codebook
    this.names = fieldNames()
    /** @type {HTMLElement | null} */
    this.lastFocused = null
    /** Whether the focus is moving because of a key. */
    this.byKey = false
    /** What was asked back last. */
    this.cautioned = ""
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map()
    /** @type {Map<string, {focus: () => void}>} */
    this.focusable = new Map()
    /** @type {Map<string, Autocomplete>} */
    this.combos = new Map()
    this.message = h("p", { class: "wrong-message", role: "alert" })
    this.evidence = h("div", { class: "evidence-list" })
    this.moreRows = h("div", { class: "more-rows", hidden: true })
    this.moreButton = button("more", () => this.openMore(true), { "aria-expanded": "false" })
    this.root = h(
      "form",
      {
        class: "form",
        "aria-label": values.editing ? t("Edit statement") : t("New statement"),
        novalidate: true,
        on: {
          submit: (/** @type {Event} */ event) => event.preventDefault(),
          keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
          focusin: (/** @type {FocusEvent} */ event) => (this.lastFocused = /** @type {HTMLElement} */ (event.target)),
        },
      },
      this.build(),
    )
    for (const [name, text] of Object.entries(loose)) this.combos.get(name)?.propose(text)
    if (RARE.some((name) => loose[name])) this.openMore(false)
    this.askCondition()
    this.initial = JSON.stringify(this.content)
  }

  build() {
    const names = ["speaker", "holder", "stance", "claim", "certainty", "evidence", ...RARE]
    const shown = names.filter((name) => name === "stance" || name === "claim" || this.codebook.shown.includes(name))
    const rare = shown.filter((name) => RARE.includes(name))
    const rows = shown.filter((name) => !RARE.includes(name)).map((name) => this.row(name))
    this.moreRows.append(...rare.map((name) => this.row(name)))
    this.moreButton.append(`${t("More")} ▾ `, h("span", { class: "tiny" }, rare.map((name) => this.nameOf(name)).join(" · ")))
    // Tabbing onto the button opens it: rare fields stay out of sight, but on the way.
    this.moreButton.addEventListener("focus", () => this.moreButton.matches(":focus-visible") && this.openMore(true))
    if (rare.some((name) => this.filled(name))) this.openMore(false)
    const cancel = button("btn", () => this.cancel(), {}, t("Cancel"), " ", h("kbd", {}, "Esc"))
    // What is cancelled is not left before: a name that is left is looked up.
    cancel.addEventListener("mousedown", (event) => event.preventDefault())
    const buttons = h(
      "div",
      { class: "buttons" },
      cancel,
      button("btn primary", () => this.save(), {}, t("Save"), " ↵"),
    )
    return [...rows, rare.length > 0 ? this.moreButton : null, this.moreRows, this.message, buttons]
  }

  /** @param {string} name */
  nameOf(name) {
    return this.names[/** @type {keyof typeof this.names} */ (name)]
  }

  /** @param {string} name */
  filled(name) {
    const value = this.values[/** @type {keyof FormValues} */ (name)]
    return Array.isArray(value) ? value.length > 0 : Boolean(value)
  }

  /** @param {string} name */
  row(name) {
    const id = uid(name)
    const { control, focus, labelled } = this.control(name, id)
    const needed = name === "stance" || name === "claim" || this.codebook.required.includes(name)
    const text = [this.nameOf(name), needed ? h("span", { class: "needed", title: t("required"), "aria-hidden": "true" }, "*") : null]
    const row = h("div", { class: "row", data: { field: name } }, labelled ? h("label", { for: id }, text) : h("span", { class: "label" }, text), control)
    // Claims are sentences: their list is as wide as the form.
    if (name === "claim") /** @type {Autocomplete} */ (this.combos.get(name)).popup.anchor = row
    this.rows.set(name, row)
    this.focusable.set(name, focus)
    return row
  }

  /**
   * @param {string} name
   * @param {string} id
   * @returns {{control: HTMLElement, focus: {focus: () => void}, labelled: boolean}}
   */
  control(name, id) {
    const { values } = this
    switch (name) {
      case "stance": {
        const choice = new ChoiceRow(
          withKept(this.codebook.stances, values.stance, everyValue(this.codebook, "stances")),
          this.nameOf(name),
          () => this.changed({ stance: choice.value }),
          () => this.toClaim(),
        )
        choice.set(values.stance)
        return { control: choice.root, focus: choice, labelled: false }
      }
      case "certainty":
        return this.select(id)
      case "evidence":
        this.showEvidence()
        return { control: this.evidence, focus: { focus: () => this.evidence.querySelector("button")?.focus() }, labelled: false }
      case "reported_by": {
        const chain = new ActorChain({ ...this.comboOptions(name), onChange: () => this.changed({ reported_by: chain.value }) })
        chain.set(values.reported_by)
        chain.field.input.id = id
        this.combos.set(name, chain.field)
        return { control: chain.root, focus: chain.field.input, labelled: true }
      }
      case "venue":
      case "statement_date":
      case "note":
        return this.textField(name, id)
      default:
        return this.combo(/** @type {"speaker" | "holder" | "claim" | "addressee"} */ (name), id)
    }
  }

  /**
   * @param {"speaker" | "holder" | "claim" | "addressee"} name
   * @param {string} id
   */
  combo(name, id) {
    const combo = new Autocomplete({ ...this.comboOptions(name), onChange: (entry) => this.changed({ [name]: entry }) })
    combo.set(this.values[name])
    combo.input.id = id
    this.combos.set(name, combo)
    return { control: combo.root, focus: combo.input, labelled: true }
  }

  /** @param {string} name */
  comboOptions(name) {
    /** @type {Record<string, string>} */
    const kinds = { speaker: "person", holder: "government", addressee: "government", reported_by: "media" }
    return {
      api: this.hooks.api,
      registry: /** @type {"actors" | "claims"} */ (name === "claim" ? "claims" : "actors"),
      label: this.nameOf(name),
      placeholder: name === "holder" ? t("the speaker") : "",
      eager: () => this.byKey,
      newKind: kinds[name] ?? "",
      asksEmpty: name === "claim",
      words: name === "claim" ? undefined : this.hooks.words,
      local: () => knownEntries(name, this.hooks.session.state, this.values),
      suggestions: () => suggestions(name, this.hooks.session, this.values, this.hooks.mentions),
    }
  }

  /** On to the claim that the stance is to: an input method composes only where the focus is. */
  toClaim() {
    if (!this.values.claim) this.reach("claim")
  }

  /** @param {string} name Of the field that a key leads to. */
  reach(name) {
    this.byKey = true
    this.focusable.get(name)?.focus()
    this.byKey = false
  }

  /** @param {string} id */
  select(id) {
    const known = withKept(this.codebook.certainties, this.values.certainty, everyValue(this.codebook, "certainties"))
    const select = h(
      "select",
      { class: "in", id, on: { change: () => this.changed({ certainty: select.value }) } },
      h("option", { value: "" }, "–"),
      known.map((value) => h("option", { value: value.name }, label(value))),
    )
    select.value = this.values.certainty
    select.addEventListener("change", () => this.askCondition())
    return { control: h("div", { class: "select" }, select), focus: select, labelled: true }
  }

  /**
   * @param {"venue" | "statement_date" | "note"} name
   * @param {string} id
   */
  textField(name, id) {
    const props = { class: "in", id, dir: "auto", autocomplete: "off", maxlength: LONGEST, placeholder: name === "statement_date" ? t("YYYY-MM-DD") : "" }
    const input = name === "note" ? h("textarea", { ...props, rows: 2 }) : h("input", { ...props, type: "text" })
    input.value = this.values[name]
    input.addEventListener("input", () => this.changed({ [name]: input.value }))
    return { control: input, focus: input, labelled: true }
  }

  /** @param {boolean} awaited Whether the next words that are selected become evidence. */
  awaitEvidence(awaited) {
    const hint = h("span", { class: "muted", role: "status" }, t("Draw over the words in the text."), " ", h("kbd", {}, "Esc"))
    if (awaited) this.evidence.querySelector(".add")?.replaceWith(hint)
    else this.showEvidence()
  }

  /** What a conditional statement depends on is a note of its own. */
  askCondition() {
    const note = this.moreRows.querySelector("textarea")
    const conditional = this.values.certainty === "conditional"
    if (note) note.placeholder = conditional ? t("On what it depends") : ""
    const label = this.rows.get("note")?.querySelector("label")
    if (label?.firstChild) label.firstChild.textContent = conditional ? t("Condition") : this.nameOf("note")
    if (note && conditional) this.openMore(false)
  }

  showEvidence() {
    const chips = this.values.evidence.map((span) =>
      h(
        "div",
        { class: "ev" },
        h("q", { dir: "auto", lang: this.hooks.session.boot.article.language }, span.quote),
        button("x", () => this.removeEvidence(span.id), { "aria-label": t("Remove this evidence"), tabindex: -1 }, "×"),
      ),
    )
    const wanted = chips.length === 0 && this.codebook.required.includes("evidence")
    const props = { title: t("Select it in the text, then press S"), "aria-keyshortcuts": "Alt+S", tabindex: wanted ? 0 : -1 }
    const add = button("link add", () => this.hooks.onWantEvidence(), props, `＋ ${t("from the text")}`, " ", h("kbd", { "aria-hidden": "true" }, shownChord("Alt+S")))
    const none = chips.length === 0 ? h("span", { class: "muted" }, t("the whole article")) : null
    this.evidence.replaceChildren(...chips, ...(none ? [none] : []), add)
  }

  /** @param {Span} span */
  addEvidence(span) {
    if (this.values.evidence.some((item) => item.start === span.start && item.end === span.end)) return
    this.changed({ evidence: [...this.values.evidence, span].sort((a, b) => a.start - b.start) })
    this.showEvidence()
  }

  /** @param {Span[]} evidence What takes the place of all there is. */
  setEvidence(evidence) {
    this.changed({ evidence })
    this.showEvidence()
  }

  /**
   * Fills in an actor, or looks for one by name; the focus goes there.
   *
   * @param {"speaker" | "holder"} name
   * @param {Entry | null} entry
   * @param {string} text What to look for where there is no entry.
   */
  propose(name, entry, text) {
    const combo = this.combos.get(name)
    if (!combo) return
    if (entry) combo.set(entry)
    else combo.propose(text)
    this.changed({ [name]: entry })
    combo.input.focus()
  }

  /** @param {string} id */
  removeEvidence(id) {
    this.changed({ evidence: this.values.evidence.filter((span) => span.id !== id) })
    this.showEvidence()
    this.evidence.querySelector("button")?.focus()
  }

  toEvidence() {
    /** @type {HTMLElement | null} */ (this.evidence.querySelector("button.add"))?.focus()
  }

  /**
   * Keys among the evidence, which is one thing for the keyboard.
   *
   * @param {string} key
   * @returns {boolean} Whether it was one of them.
   */
  inEvidence(key) {
    const buttons = [...this.evidence.querySelectorAll("button")]
    const at = buttons.findIndex((element) => element === document.activeElement)
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
    const step = steps[key]
    const span = this.values.evidence[at]
    if (step) buttons[(at + step + buttons.length) % buttons.length]?.focus()
    else if ((key === "Delete" || key === "Backspace") && span) this.removeEvidence(span.id)
    else return false
    return true
  }

  /** @param {boolean} focus */
  openMore(focus) {
    this.moreRows.hidden = false
    this.moreButton.hidden = true
    if (focus) /** @type {HTMLElement | null} */ (this.moreRows.querySelector("input,textarea,button"))?.focus()
  }

  /** @param {Partial<FormValues>} part */
  changed(part) {
    this.values = { ...this.values, ...part }
    this.message.textContent = ""
    for (const row of this.rows.values()) row.classList.remove("wrong")
    this.hooks.onChange(this.content)
  }

  /** All that stands in the form. */
  get content() {
    const loose = [...this.combos].map(([name, combo]) => [name, combo.loose]).filter(([, text]) => text !== "")
    return { ...this.values, ...(loose.length > 0 ? { loose: Object.fromEntries(loose) } : {}) }
  }

  /** Focus for a form that has just opened. */
  focusFirst() {
    ;(this.focusable.get("speaker") ?? this.focusable.get("stance"))?.focus()
  }

  /** Focus for coming back from the text: the field that was left. */
  focusAgain() {
    const left = this.lastFocused?.isConnected ? this.lastFocused : this.evidence.querySelector("button.add")
    if (left) /** @type {HTMLElement} */ (left).focus()
    else this.focusFirst()
  }

  /** Whether anything else stands in the form than when it was opened. */
  get isChanged() {
    return JSON.stringify(this.content) !== this.initial
  }

  cancel() {
    this.hooks.onCancel(this.content, this.isChanged)
  }

  save() {
    const combos = [...this.combos]
    if (combos.some(([, combo]) => combo.puts(() => this.save()))) return
    const loose = combos.find(([, combo]) => combo.loose !== "")
    if (loose) return this.complain([loose[0]], loose[1].lacking)
    if (!isDate(this.values.statement_date)) {
      return this.complain(["statement_date"], t("The date must be YYYY, YYYY-MM or YYYY-MM-DD"))
    }
    const missing = missingFields(this.values, this.codebook)
    if (missing.length > 0) {
      return this.complain(missing, t("Missing: {fields}", { fields: listed(missing.map((name) => this.nameOf(name))) }))
    }
    const caution = this.hooks.caution?.(this.values) ?? ""
    if (caution !== this.cautioned) {
      this.cautioned = caution
      if (caution) return this.complain([], caution)
    }
    this.hooks.onSave(this.values)
  }

  /**
   * @param {string[]} names
   * @param {string} message
   */
  complain(names, message) {
    if (names.some((name) => RARE.includes(name))) this.openMore(false)
    this.focusable.get(names[0] ?? "")?.focus()
    for (const name of names) this.rows.get(name)?.classList.add("wrong")
    this.message.textContent = message
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (composing(event)) return
    this.byKey = event.key === "Tab"
    if (this.byKey) setTimeout(() => (this.byKey = false))
    const target = /** @type {HTMLElement} */ (event.target)
    const onButton = target.tagName === "BUTTON" && target.getAttribute("role") !== "radio"
    if (event.key === "Escape") this.cancel()
    else if (event.key === "Enter" && !onButton && !(event.shiftKey && target.tagName === "TEXTAREA")) this.save()
    else if (chordOf(event) === TO_EVIDENCE && this.codebook.shown.includes("evidence")) this.toEvidence()
    else if (this.evidence.contains(target) && this.inEvidence(event.key)) event.stopPropagation()
    else {
      // Typing in the form must not reach the page's keys, nor Streamlit's.
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation()
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
}
