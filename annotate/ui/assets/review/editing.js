/** @import {ReviewPage} from "./page.js" */
/** @import {Actions} from "./actions.js" */
/** @import {FormValues} from "../tag/formvalues.js" */
/** @import {State} from "../tag/model.js" */
/** @import {Row, Span, Statement} from "./types.js" */
import { h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { StatementForm } from "../tag/form.js"
import { emptyValues, operationsOf, valuesOf } from "../tag/formvalues.js"
import { newId } from "../tag/ids.js"
import { tint } from "../tag/selection.js"
import { nearestMentions } from "../tag/suggest.js"
import { aboutOf, mixOf, placedSpans, takeOf, unpicked, valueKey, STATEMENT_FIELDS } from "./rowmodel.js"

/** The statement form of the reviewing page: over a row's version or mix, or for one that nobody had. */
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
    /** @type {Row | null} The row that is edited; none for a new statement. */
    this.row = null
    this.slot = h("div", { class: "form-slot" })
  }

  /**
   * Opens the form on what stands in gold for a row, or would with the versions picked.
   *
   * @param {Row} row
   */
  edit(row) {
    this.row = row
    this.open(valuesOf(this.stateWith(this.content(row).spans), /** @type {Statement} */ (this.content(row).entity)), this.page.cases.slotOf(row.id))
  }

  /** Opens the form on the selected words; with a form open adds them to it. */
  write() {
    const evidence = this.evidenceHere()
    if (this.form) {
      for (const span of evidence) this.form.addEvidence(span)
      this.showEvidence(this.form.values)
      return this.form.focusAgain()
    }
    this.row = null
    this.open({ ...emptyValues(this.page.boot.codebook), evidence }, this.slot)
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
    const mentions = placedSpans(page.session.state.rows).filter((span) => span.kind === "actor")
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
    const { at } = this.page.cursor
    this.page.cursor.set(at.focus, at.focus)
    this.actions.act(entries, row?.id ?? this.page.active, values)
    this.page.say(t("Statement saved"))
  }

  /**
   * Opens the form again with what the server refused.
   *
   * @param {FormValues} values
   * @param {Record<string, any>} op
   * @param {string} reason
   */
  giveBack(values, op, reason) {
    if (this.form) return
    const ids = new Set((op.sources ?? []).map((/** @type {{entity_id: string}} */ source) => source.entity_id))
    this.row = this.page.session.state.rows.find((row) => row.versions.some((version) => ids.has(version.entity_id))) ?? null
    this.open(values, this.row ? this.page.cases.slotOf(this.row.id) : this.slot, reason)
  }

  leave() {
    this.shut()
    this.page.focusRows()
  }

  shut() {
    this.form?.root.remove()
    this.form = null
    this.page.status.light.showWriting(false)
    tint(this.page.view, "claimdesk-draft", [])
  }
}
