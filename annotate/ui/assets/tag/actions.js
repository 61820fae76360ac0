/** @import {TagPage} from "./page.js" */
/** @import {Range, Span, Statement} from "./types.js" */
/** @import {State} from "./model.js" */
/** @import {Entry} from "./suggest.js" */
/** @import {FormValues} from "./formvalues.js" */
import { Drafting } from "./drafting.js"
import { valuesOf } from "./formvalues.js"
import { t } from "../shared/i18n.js"
import { newId } from "../shared/ids.js"
import { labelsFor } from "./menus.js"
import { byAge, byPosition, spansInOrder } from "./model.js"
import { nextInStack } from "./pointer.js"
import { rangeOf } from "./selection.js"
import { shorten } from "./snap.js"
import { actorNamed, creation, entryOf, nearestMentions } from "./suggest.js"

/** What a person can do with the open article, whatever key, button or menu it came from. */
export class Actions {
  /** @param {TagPage} page */
  constructor(page) {
    this.page = page
    this.drafting = new Drafting(page, this)
    /** When the key or click in progress happened, performance.now() time. */
    this.began = /** @type {number | undefined} */ (undefined)
  }

  /**
   * Makes operations and measures until they are drawn.
   *
   * @param {Record<string, any>[]} ops
   * @param {FormValues} [form] What the statement form held, if they come from it.
   */
  act(ops, form) {
    const start = this.began ?? performance.now()
    const apply = performance.now()
    this.page.toasts.clearNotes()
    this.page.session.act(ops, start, form)
    void this.page.view.root.offsetHeight
    performance.measure("claimdesk:paint", { start: apply, end: performance.now() })
    requestAnimationFrame(() => setTimeout(() => performance.measure("claimdesk:frame", { start, end: performance.now() })))
  }

  /** @returns {boolean} Whether labels can be changed; says why not otherwise. */
  allowed() {
    const { page } = this
    if (page.editable) return true
    const submitted = page.viewing < 0 && page.boot.can_edit && page.session.state.status === "submitted"
    if (submitted) page.toasts.show(t("These labels are submitted: take them back to change them"), { actions: [{ text: t("Take back"), action: () => this.takeBack() }] })
    else page.toasts.show(page.viewing >= 0 ? t("These are a colleague's labels") : t("These labels are read only"))
    return false
  }

  /**
   * @param {Range} range
   * @param {boolean} extend
   */
  select(range, extend) {
    const { cursor } = this.page
    const from = extend ? Math.min(cursor.at.anchor, cursor.at.focus) : range.start
    this.page.focusText()
    cursor.set(Math.min(from, range.start), Math.max(range.end, from), { exact: true, visible: true, scroll: true })
    this.page.say(this.page.offsets.slice(from, range.end))
  }

  /**
   * Selects words that a link names.
   *
   * @param {Range} range
   */
  showWords({ start, end }) {
    if (start >= end || end > this.page.offsets.length) return this.page.toasts.show(t("The link names words that are not in this text."), { problem: true })
    this.select({ start, end }, false)
  }

  /** The selected words, or those of the chosen span. */
  chosenWords() {
    const { cursor, offsets, state, activeSpan } = this.page
    const range = cursor.range ?? state.spans.get(activeSpan)
    return range ? { range: { start: range.start, end: range.end }, quote: offsets.slice(range.start, range.end) } : null
  }

  /**
   * Tags the selection; without one changes the chosen span's kind; without that tags the word at the caret.
   *
   * @param {string} kind
   */
  tag(kind) {
    if (!this.allowed()) return
    const { page } = this
    const chosen = page.state.spans.get(page.activeSpan)
    let range = page.cursor.range
    if (!range && chosen) {
      if (chosen.kind !== kind) this.act([{ kind: "change_span", span_id: chosen.id, set: kind === "actor" ? { kind } : { kind, actor_id: null } }])
      return page.touchSpan(chosen.id)
    }
    if (!range && page.cursor.visible) range = page.snapper.wordAt(page.cursor.at.focus)
    if (!range) return page.toasts.show(t("Select some words first: with the pointer, with Shift and the arrow keys, or with / and a few letters"))
    const same = this.spanAt(range, kind)
    const span = same ?? this.newSpan(range, kind)
    page.cursor.set(range.end, range.end)
    if (!same) this.act([{ kind: "add_span", span }])
    page.touchSpan(span.id)
  }

  /**
   * @param {Range} range
   * @param {string} kind
   * @returns {Span}
   */
  newSpan(range, kind) {
    const quote = this.page.offsets.slice(range.start, range.end)
    const actor = kind === "actor" ? actorNamed(this.page.session.state.actors.values(), quote) : undefined
    return { id: newId(), kind, start: range.start, end: range.end, quote, actor_id: actor?.id ?? null }
  }

  /**
   * @param {Range} range
   * @param {string} kind
   */
  spanAt(range, kind) {
    return [...this.page.state.spans.values()].find((span) => span.kind === kind && span.start === range.start && span.end === range.end)
  }

  /** @param {1 | -1} by */
  stepSpan(by) {
    const { page } = this
    const spans = spansInOrder(page.state)
    if (spans.length === 0) return
    const chosen = spans.findIndex((span) => span.id === page.activeSpan)
    const here = page.cursor.at.focus
    let at = chosen + by
    if (chosen < 0) at = by > 0 ? spans.findIndex((span) => span.start >= here) : spans.findLastIndex((span) => span.end <= here)
    const span = spans[(at + spans.length) % spans.length]
    if (span) this.goTo(span)
  }

  /** @param {Span} span */
  goTo(span) {
    this.page.cursor.set(span.start, span.start)
    this.page.touchSpan(span.id, { scroll: true })
  }

  cycle() {
    const { page } = this
    const pieces = page.view.pieces.get(page.activeSpan)
    const piece = pieces?.find((element) => element.classList.contains("stack")) ?? pieces?.[0]
    if (piece) page.touchSpan(nextInStack(piece, page.activeSpan))
  }

  /**
   * Moves an edge of the chosen span to the next stop.
   *
   * @param {"start" | "end"} edge
   * @param {1 | -1} by
   * @param {boolean} free
   */
  adjust(edge, by, free) {
    const { page } = this
    const span = page.state.spans.get(page.activeSpan)
    if (!span || !this.allowed()) return
    const at = span[edge]
    const to = by > 0 ? page.snapper.next(at, free) : page.snapper.previous(at, free)
    const start = edge === "start" ? to : span.start
    const end = edge === "end" ? to : span.end
    if (start >= end) return
    const range = page.snapper.snap(start, end, true)
    if (!range || (range.start === span.start && range.end === span.end)) return
    this.act([{ kind: "change_span", span_id: span.id, set: { ...range, quote: page.offsets.slice(range.start, range.end) } }])
    page.touchSpan(span.id)
  }

  remove() {
    const { page } = this
    const span = page.state.spans.get(page.activeSpan)
    if (!span) return page.activeStatement ? this.removeStatement(page.activeStatement) : undefined
    if (!this.allowed()) return
    this.act([{ kind: "remove_span", span_id: span.id }])
    page.toasts.show(t("Span removed: {quote}", { quote: shorten(span.quote) }), { actions: [{ text: t("Undo"), action: () => this.undo() }] })
  }

  assign() {
    const { page } = this
    const span = page.state.spans.get(page.activeSpan)
    if (!span || span.kind !== "actor") return page.toasts.show(t("Choose a mention of an actor first"))
    if (!this.allowed()) return
    const actor = page.session.actor(span.actor_id)
    page.assignMenu.open(rangeOf(page.view, span.start, span.end).getBoundingClientRect(), span, actor ? entryOf(actor) : null)
  }

  /**
   * @param {Span} span
   * @param {Entry | null} entry
   */
  assignTo(span, entry) {
    const create = entry?.isNew ? [creation(entry)] : []
    if (entry && !entry.isNew) this.learn(entry)
    this.act([...create, { kind: "change_span", span_id: span.id, set: { actor_id: entry?.id ?? null } }])
    this.page.touchSpan(span.id)
  }

  /**
   * An entry that a search found becomes known here, so that it has a name where it is shown.
   *
   * @param {Entry} entry
   */
  learn(entry) {
    const { session } = this.page
    const { actors, claims } = session.state
    // What is made here becomes known by its own operation, if that is not refused.
    if (actors.has(entry.id) || claims.has(entry.id) || session.unmade.has(entry.id)) return
    for (const key of /** @type {const} */ (["base", "state"])) {
      const state = session[key]
      if (entry.kind) {
        session[key] = { ...state, actors: new Map(state.actors).set(entry.id, { id: entry.id, name: entry.name, kind: entry.kind, aliases: entry.aliases ?? [] }) }
      } else {
        session[key] = { ...state, claims: new Map(state.claims).set(entry.id, { id: entry.id, text: entry.name, aliases: entry.aliases ?? [], translation: entry.translation ?? "" }) }
      }
    }
  }

  /** The mentions of actors. */
  get mentions() {
    return [...this.page.state.spans.values()].filter((span) => span.kind === "actor")
  }

  /**
   * Mentions of actors, likeliest speaker first.
   *
   * @param {number} at
   */
  mentionsNear(at) {
    const { page } = this
    return nearestMentions(this.mentions, { start: at, end: at }, (place) => page.view.paragraphAt(place))
  }

  /** Opens the form on the selection; with the form open adds the selection to it. */
  statement() {
    if (!this.allowed()) return
    this.drafting.statement()
  }

  /** @param {string} [id] */
  edit(id = this.chosenStatement()) {
    const statement = this.page.state.statements.get(id)
    if (!statement || !this.allowed()) return
    this.page.activeStatement = id
    this.drafting.open(valuesOf(this.page.session.state, statement))
  }

  /** @param {string} [id] */
  duplicate(id = this.chosenStatement()) {
    const statement = this.page.state.statements.get(id)
    if (!statement || !this.allowed()) return
    this.drafting.open({ ...valuesOf(this.page.session.state, statement), editing: null })
  }

  /** @param {string} id */
  removeStatement(id) {
    if (!this.page.state.statements.has(id) || !this.allowed()) return
    this.act([{ kind: "remove_statement", statement_id: id }])
    this.page.toasts.show(t("Statement removed"), { actions: [{ text: t("Undo"), action: () => this.undo() }] })
    this.page.focusText()
  }

  /** The statement that is chosen, or that rests on the chosen span. */
  chosenStatement() {
    const { page } = this
    if (page.activeStatement) return page.activeStatement
    return byPosition(page.state).find((item) => item.evidence.includes(page.activeSpan))?.id ?? ""
  }

  /** @param {1 | -1} by */
  stepStatement(by) {
    const { page } = this
    const all = page.sort === "position" ? byPosition(page.state) : byAge(page.state)
    if (all.length === 0) return
    const at = all.findIndex((item) => item.id === this.chosenStatement())
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]
    if (!next) return
    page.touchStatement(next.id)
    page.cards.reveal(next.id)
  }

  /**
   * What lights up with a statement: its evidence and the nearest mention of its speaker.
   *
   * @param {State} state
   * @param {Statement} statement
   */
  spansOf(state, statement) {
    const place = state.spans.get(statement.evidence[0] ?? "")?.start ?? 0
    const mention = this.mentionsNear(place).find((span) => span.actor_id && span.actor_id === statement.speaker_id)
    return mention ? [...statement.evidence, mention.id] : statement.evidence
  }

  changeSort() {
    this.page.sort = this.page.sort === "position" ? "added" : "position"
    this.page.refresh()
  }

  undo() {
    if (!this.page.session.canUndo || this.page.viewing >= 0) return
    this.page.toasts.clearNotes()
    this.page.session.undo(this.began)
  }

  redo() {
    if (!this.page.session.canRedo || this.page.viewing >= 0) return
    this.page.toasts.clearNotes()
    this.page.session.redo(this.began)
  }

  labels() {
    const { page } = this
    if (labelsFor(page.boot.codebook, page.session.state.labels).length === 0 || !this.allowed()) return
    page.reader.scrollTo({ top: 0 })
    page.labelMenu.open(page.header.labels.getBoundingClientRect(), page.session.state.labels)
  }

  /**
   * @param {string} name
   * @param {string[]} values
   */
  setLabel(name, values) {
    this.act([{ kind: "set_document_label", name, values }])
  }

  submit() {
    if (!this.allowed()) return
    if (this.drafting.form) return this.page.toasts.show(t("Save or cancel the open statement first"))
    this.page.submitPanel.open()
  }

  takeBack() {
    if (this.page.viewing < 0 && this.page.session.state.status === "submitted") this.page.session.changeStatus("take_back")
  }
}
