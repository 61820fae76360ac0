/** @import {ReviewPage} from "./page.js" */
/** @import {Actions} from "./actions.js" */
/** @import {FormValues} from "../tag/formvalues.js" */
/** @import {Entry, Held} from "../tag/queue.js" */
/** @import {State} from "../tag/model.js" */
/** @import {Mention} from "./mentionform.js" */
/** @import {DocumentLabel, Row, Span, Statement} from "./types.js" */
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { StatementForm } from "../tag/form.js"
import { emptyValues, operationsOf, valuesOf } from "../tag/formvalues.js"
import { newId } from "../shared/ids.js"
import { tint } from "../tag/selection.js"
import { guessSpeaker } from "../tag/speaker.js"
import { actorNamed, creation, entryOf, nearestMentions } from "../tag/suggest.js"
import { LabelChoice } from "./labelchoice.js"
import { MentionForm } from "./mentionform.js"
import { aboutOf, actorOf, labelOf, mixOf, placedSpans, takeOf, unpicked, valueKey, STATEMENT_FIELDS } from "./rowmodel.js"

/** What selected words can be to a row. @typedef {"evidence" | "more" | "speaker" | "holder"} Role */

/** The forms of the reviewing page: over a row's version or mix, or for a statement that nobody had. */
export class Editing {
  /**
   * @param {ReviewPage} page
   * @param {Actions} actions
   */
  constructor(page, actions) {
    this.page = page
    this.actions = actions
    /** @type {StatementForm | null} */
    this.form = null
    /** @type {MentionForm | null} */
    this.mention = null
    /** @type {Row | null} The row that is edited; none for a new statement. */
    this.row = null
    this.slot = h("div", { class: "form-slot" })
    this.labels = new LabelChoice(page.boot.codebook, () => page.focusRows())
  }

  get menuRoot() {
    return this.labels.root
  }

  /** Whether something is being written. */
  get isOpen() {
    return this.form !== null || this.mention !== null
  }

  /**
   * Opens the form on what stands in gold for a row, or would with the versions picked.
   *
   * @param {Row} row
   */
  edit(row) {
    this.shut()
    this.row = row
    if (row.kind === "span") return this.editMention(row)
    this.open(valuesOf(this.stateWith(this.content(row).spans), /** @type {Statement} */ (this.content(row).entity)), this.page.cases.slotOf(row.id))
  }

  /** Opens the form on the selected words; with a form open adds them to it. */
  write() {
    const evidence = this.evidenceHere()
    if (this.mention) return this.words("evidence")
    if (this.form) {
      for (const span of evidence) this.form.addEvidence(span)
      this.showEvidence(this.form.values)
      return this.form.focusAgain()
    }
    this.row = null
    this.open({ ...emptyValues(this.page.boot.codebook), evidence, ...this.speakerFor(evidence[0]) }, this.slot)
  }

  /**
   * Who is proposed as the speaker of words: the mention that was clicked, else the likeliest one.
   *
   * @param {Span | undefined} words None for a statement on the whole article.
   * @returns {Partial<FormValues>}
   */
  speakerFor(words) {
    const { view, offsets, activeSpan, session } = this.page
    const { mentions } = this
    const known = session.state.registry.actors
    const actors = new Map(Object.entries(known))
    const chosen = mentions.find((span) => span.id === activeSpan)
    const paragraph = words && view.paragraphRange(view.paragraphAt(words.start))
    const guess = chosen ? { mention: chosen } : paragraph && guessSpeaker({ words, paragraph, offsets, mentions, actors, statements: [] })
    if (!guess) return {}
    const { mention } = guess
    const actor = guess.actor ?? (mention && (known[mention.actor_id ?? ""] ?? actorNamed(actors.values(), mention.quote)))
    if (actor) return { speaker: entryOf(actor) }
    return mention ? { loose: { speaker: mention.quote } } : {}
  }

  /** Mentions of actors, whoever marked them. */
  get mentions() {
    return placedSpans(this.page.rows).filter((span) => span.kind === "actor")
  }

  /**
   * Chooses the values of a document label: a coder's or others.
   *
   * @param {Row} row
   */
  label(row) {
    const open = unpicked(row, this.actions.picksOf(row)).length > 0
    const name = labelOf(row)
    const values = open ? [] : /** @type {DocumentLabel} */ (this.content(row).entity).values
    const place = this.page.cases.slotOf(row.id)?.parentElement?.getBoundingClientRect()
    if (!place || name === "") return
    this.labels.ask(place, name, values, (chosen) => {
      if (chosen.length === 0) return this.page.toasts.show(t("A label needs a value: reject the row if none applies"))
      this.decide(row, [], { values: chosen })
    })
  }

  /** @param {Row} row */
  editMention(row) {
    const { start, end, quote, kind, actor_id } = /** @type {Span} */ (this.content(row).entity)
    this.openMention(row, { start, end, quote, kind, actor: this.known(actor_id) })
  }

  /** @param {string | null | undefined} id Of an actor. */
  known(id) {
    const actor = this.page.session.state.registry.actors[id ?? ""]
    return actor ? entryOf(actor) : null
  }

  /**
   * @param {Row} row
   * @param {Mention} mention
   */
  openMention(row, mention) {
    const { page } = this
    const form = new MentionForm(mention, {
      api: page.api, codebook: page.boot.codebook, language: page.boot.article.language,
      known: () => Object.values(page.session.state.registry.actors).map(entryOf),
      onSave: (saved) => this.saveMention(saved),
      onCancel: () => this.leave(),
      onChange: (now) => {
        page.status.light.showWriting(form.isChanged)
        tint(page.view, "claimdesk-draft", [now])
      },
      onWantWords: () => page.focusText(),
    })
    this.mention = form
    page.cases.slotOf(row.id)?.replaceChildren(form.root)
    page.showBar()
    tint(page.view, "claimdesk-draft", [mention])
    form.root.scrollIntoView({ block: "nearest" })
    form.focusFirst()
    return form
  }

  /** @param {Mention} mention */
  saveMention(mention) {
    const { row } = this
    if (!row) return
    const { start, end, quote, kind, actor } = mention
    const meant = kind === "actor" ? actor : null
    const before = /** @type {Span} */ (this.content(row).entity)
    const entries = meant?.isNew ? [creation(meant)] : []
    const all = { start, end, quote, kind, actor_id: meant?.id ?? null }
    const moved = before.start !== start || before.end !== end
    // With a new place its words, which the server compares with the text.
    const set = row.versions.length === 0 || unpicked(row, this.actions.picksOf(row)).length > 0 ? all : { ...(moved ? { start, end, quote } : {}), ...(before.kind === kind ? {} : { kind }), ...(before.actor_id === all.actor_id ? {} : { actor_id: all.actor_id }) }
    this.shut()
    this.clearSelection()
    this.decide(row, entries, set, { mention })
  }

  /**
   * Decides a row with values of the reviewer's own.
   *
   * @param {Row} row
   * @param {Record<string, any>[]} before Operations that go before.
   * @param {Record<string, any>} set
   * @param {Held} [held] What the form held.
   */
  decide(row, before, set, held) {
    const picks = this.actions.picksOf(row)
    const take = row.versions.length > 0 ? { take: takeOf(row, picks) } : {}
    const own = row.decision?.entity && row.versions.length > 0 && !this.page.picks.has(row.id) ? this.ownOf(row) : {}
    const all = { ...own, ...set }
    this.actions.act([...before, { kind: "decide", ...aboutOf(row), ...take, ...(Object.keys(all).length > 0 ? { set: all } : {}) }], row.id, held)
  }

  /**
   * What was edited in a mention before, and stays as it is in gold.
   *
   * @param {Row} row
   */
  ownOf(row) {
    if (row.kind !== "span") return {}
    const gold = /** @type {Span} */ (row.decision?.entity)
    const mix = /** @type {Span} */ (mixOf(row, this.actions.picksOf(row)).entity)
    const { start, end, quote, kind, actor_id } = gold
    return { ...(mix.start === start && mix.end === end ? {} : { start, end, quote }), ...(mix.kind === kind ? {} : { kind }), ...(mix.actor_id === actor_id ? {} : { actor_id }) }
  }

  /**
   * Makes the selected words part of the open form, or of the active row, whose form opens with them.
   *
   * @param {Role} role
   */
  words(role) {
    const { page } = this
    const [words] = this.evidenceHere()
    if (!words) return page.toasts.show(t("Select some words first: with the pointer, with Shift and the arrow keys, or with / and a few letters"))
    const row = page.activeRow
    if (!this.isOpen) {
      if (!row || row.kind === "document_label") return page.toasts.show(t("Go to a statement or a mention first"))
      if (!this.actions.allowed()) return
      this.actions.close()
      this.edit(row)
    }
    const entry = actorOf(words, placedSpans(page.rows), page.session.state.registry.actors)
    if (this.mention) {
      if (role === "evidence" || role === "more") {
        this.mention.changed({ start: words.start, end: words.end, quote: words.quote })
        this.mention.focusFirst()
      } else this.mention.propose(entry, words.quote)
      return
    }
    const { form } = this
    if (!form) return
    if (role === "speaker" || role === "holder") return form.propose(role, entry, words.quote)
    if (role === "evidence") form.setEvidence([words])
    else form.addEvidence(words)
    this.showEvidence(form.values)
    form.focusAgain()
  }

  clearSelection() {
    const { at } = this.page.cursor
    this.page.cursor.set(at.focus, at.focus)
  }

  /** @param {Row} row */
  content(row) {
    const gold = row.decision
    if (gold?.entity && !this.page.picks.has(row.id)) return { entity: gold.entity, spans: gold.spans }
    return mixOf(row, this.actions.picksOf(row))
  }

  /** @returns {Span[]} The words that a statement made now would rest on. */
  evidenceHere() {
    const { range } = this.page.cursor
    const kinds = this.page.boot.codebook.span_kinds
    const kind = kinds.find((value) => value.name === "evidence")?.name ?? kinds.at(-1)?.name ?? "evidence"
    return range ? [{ id: newId(), kind, ...range, quote: this.page.offsets.slice(range.start, range.end), actor_id: null }] : []
  }

  /**
   * The state that a form works over: the registry, and the spans given.
   *
   * @param {readonly Span[]} spans
   * @returns {State}
   */
  stateWith(spans) {
    const { registry, gold } = this.page.session.state
    return {
      id: gold.id, revision: gold.revision, status: "draft", labels: {}, canUndo: false, canRedo: false, statements: new Map(),
      spans: new Map(spans.map((span) => [span.id, span])),
      actors: new Map(Object.entries(registry.actors)),
      claims: new Map(Object.entries(registry.claims)),
    }
  }

  /**
   * @param {FormValues} values
   * @param {HTMLElement | null} slot
   * @param {string} [reason] Why it is open again.
   */
  open(values, slot, reason = "") {
    const { page } = this
    this.form?.root.remove()
    const { mentions } = this
    /** @type {StatementForm} */
    const form = new StatementForm(values, {
      session: { boot: page.boot, state: this.stateWith([]) },
      api: page.api,
      mentions: () => nearestMentions(mentions, { start: form.values.evidence[0]?.start ?? 0, end: 0 }, (at) => page.view.paragraphAt(at)),
      onSave: (saved) => this.save(saved),
      onCancel: () => this.leave(),
      onChange: (now) => {
        page.status.light.showWriting(form.isChanged)
        this.showEvidence(now)
      },
      onWantEvidence: () => page.focusText(),
    })
    form.message.textContent = reason
    this.form = form
    slot?.replaceChildren(form.root)
    page.showBar()
    this.showEvidence(values)
    form.root.scrollIntoView({ block: "nearest" })
    form.focusFirst()
  }

  /** @param {FormValues} values */
  showEvidence(values) {
    tint(this.page.view, "claimdesk-draft", values.evidence)
  }

  /** @param {FormValues} values */
  save(values) {
    const { row } = this
    // Gold has spans of its own, even on words that a coder marked.
    const evidence = values.evidence.map((span) => ({ ...span, id: newId() }))
    const ops = operationsOf({ ...values, evidence, editing: null }, this.stateWith([]))
    const made = /** @type {{statement: Statement, spans?: Span[]}} */ (/** @type {unknown} */ (ops.at(-1)))
    const entries = ops.slice(0, -1)
    if (!row) entries.push({ kind: "write", statement: made.statement, ...(made.spans ? { spans: made.spans } : {}) })
    else if (row.versions.length === 0) {
      const { id: _, ...set } = made.statement
      entries.push({ kind: "decide", ...aboutOf(row), set, ...(made.spans ? { spans: made.spans } : {}) })
    } else {
      const picks = this.actions.picksOf(row)
      const before = mixOf(row, picks)
      const after = { entity: made.statement, spans: made.spans ?? [] }
      const fields = STATEMENT_FIELDS.filter((field) => unpicked(row, picks).includes(field) || valueKey(before, field) !== valueKey(after, field))
      /** @type {Record<string, any>} */
      const all = { ...made.statement }
      const set = Object.fromEntries(fields.map((field) => [field, all[field] ?? null]))
      entries.push({ kind: "decide", ...aboutOf(row), take: takeOf(row, picks), ...(fields.length > 0 ? { set } : {}), ...("evidence" in set && made.spans ? { spans: made.spans } : {}) })
    }
    this.shut()
    this.clearSelection()
    this.actions.act(entries, row?.id ?? "", { form: values })
    this.page.say(t("Statement saved"))
  }

  /**
   * Opens the form again with what the server refused.
   *
   * @param {Entry} entry
   * @param {string} reason
   */
  giveBack({ form, mention, op }, reason) {
    if (this.isOpen || !(form || mention)) return
    const ids = new Set((op.sources ?? []).map((/** @type {{entity_id: string}} */ source) => source.entity_id))
    this.row = this.page.rows.find((row) => row.versions.some((version) => ids.has(version.entity_id))) ?? null
    if (form) this.open(form, this.row ? this.page.cases.slotOf(this.row.id) : this.slot, reason)
    else if (mention && this.row) this.mendMention(this.row, mention, reason)
  }

  /**
   * Opens the form of a mention again; an actor that was not made is only a name, to choose or to make again.
   *
   * @param {Row} row
   * @param {Mention} mention
   * @param {string} reason
   */
  mendMention(row, mention, reason) {
    const actor = this.known(mention.actor?.id)
    const form = this.openMention(row, { ...mention, actor })
    if (mention.actor && !actor) form.propose(null, mention.actor.name)
    form.message.textContent = reason
  }

  leave() {
    this.shut()
    this.page.focusRows()
  }

  shut() {
    this.form?.root.remove()
    this.mention?.root.remove()
    this.form = null
    this.mention = null
    this.page.status.light.showWriting(false)
    tint(this.page.view, "claimdesk-draft", [])
    this.page.showBar()
  }
}
