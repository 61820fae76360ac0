/** @import {TagPage} from "./page.js" */
/** @import {Actions} from "./actions.js" */
/** @import {Span} from "./types.js" */
/** @import {FormValues} from "./formvalues.js" */
import { button, h } from "../shared/dom.js"
import { StatementForm } from "./form.js"
import { emptyValues, operationsOf } from "./formvalues.js"
import { t } from "../shared/i18n.js"
import { tint } from "./selection.js"
import { shorten } from "./snap.js"
import { actorNamed, entryOf } from "./suggest.js"

/** A statement while it is written: what the form starts from, what becomes of it, what is kept of it. */
export class Drafting {
  /**
   * @param {TagPage} page
   * @param {Actions} actions
   */
  constructor(page, actions) {
    this.page = page
    this.actions = actions
    /** @type {StatementForm | null} */
    this.form = null
    /** What waits unfinished while the form is open, and whether the form holds just that. */
    this.waiting = /** @type {FormValues | null} */ (null)
    this.resumed = false
  }

  /**
   * The evidence that a statement made now would rest on.
   *
   * @returns {Span[]}
   */
  evidenceHere() {
    const { page } = this
    const kinds = page.boot.codebook.span_kinds
    const kind = kinds.find((value) => value.name === "evidence")?.name ?? kinds.at(-1)?.name ?? "evidence"
    const { range } = page.cursor
    if (range) return [this.actions.spanAt(range, kind) ?? this.actions.newSpan(range, kind)]
    const chosen = page.state.spans.get(page.activeSpan)
    return chosen && chosen.kind !== "actor" ? [chosen] : []
  }

  /** Opens the form on the selection; with the form open adds the selection to it. */
  statement() {
    const evidence = this.evidenceHere()
    if (this.form) {
      for (const span of evidence) this.form.addEvidence(span)
      this.showDraftEvidence(this.form.values)
      return this.form.focusAgain()
    }
    const values = { ...emptyValues(this.page.boot.codebook), evidence }
    const mention = this.likelySpeaker(evidence[0]?.start)
    if (!mention) return this.open(values)
    const { state } = this.page.session
    const actor = this.page.session.actor(mention.actor_id) ?? actorNamed(state.actors.values(), mention.quote)
    this.open(actor ? { ...values, speaker: entryOf(actor) } : { ...values, mention: mention.id }, actor ? "" : mention.quote)
  }

  /**
   * @param {number | undefined} place Start of the evidence; none for a statement on the whole article.
   * @returns {Span | undefined}
   */
  likelySpeaker(place) {
    const { page } = this
    const chosen = page.state.spans.get(page.activeSpan)
    if (chosen?.kind === "actor") return chosen
    if (place === undefined) return undefined
    const [nearest] = this.actions.mentionsNear(place)
    const near = nearest && (nearest.start <= place || page.view.paragraphAt(nearest.start) === page.view.paragraphAt(place))
    return near ? nearest : undefined
  }

  /**
   * @param {FormValues} values
   * @param {string} [speaker] A name to look for in the speaker field.
   * @param {boolean} [resumed] Whether this is the one that waited.
   */
  open(values, speaker = "", resumed = false) {
    const { page } = this
    this.waiting = /** @type {FormValues | null} */ (page.keep.draft())
    this.resumed = resumed
    /** @type {StatementForm} */
    const form = new StatementForm(values, {
      session: page.session,
      api: page.api,
      mentions: () => this.actions.mentionsNear(form.values.evidence[0]?.start ?? page.cursor.at.focus),
      onSave: (saved) => this.save(saved),
      onCancel: (left, changed) => this.leave(left, changed),
      onChange: (now) => {
        page.keep.saveDraft(now)
        this.showDraftEvidence(now)
      },
      onWantEvidence: () => page.focusText(),
    })
    if (speaker) {
      form.combos.get("speaker")?.propose(speaker)
      form.initial = form.snapshot()
    }
    this.form = form
    page.formSlot?.replaceChildren(form.root)
    page.draftSlot?.replaceChildren()
    page.side?.scrollTo({ top: 0 })
    this.showDraftEvidence(values)
    page.refresh()
    form.focusFirst()
  }

  /** @param {FormValues} values */
  showDraftEvidence(values) {
    tint(this.page.view, "claimdesk-draft", values.evidence)
  }

  close() {
    this.form = null
    this.page.formSlot?.replaceChildren()
    tint(this.page.view, "claimdesk-draft", [])
    this.page.focusText()
  }

  /** @param {FormValues} values */
  save(values) {
    const { page } = this
    for (const entry of [values.speaker, values.holder, values.addressee, values.claim, ...values.reported_by]) {
      if (entry && !entry.isNew) this.actions.learn(entry)
    }
    const ops = operationsOf(values, page.session.state)
    page.keep.saveDraft(this.resumed ? null : this.waiting)
    this.close()
    this.offerDraft()
    const { at } = page.cursor
    page.cursor.set(Math.max(at.anchor, at.focus), Math.max(at.anchor, at.focus))
    if (ops.length > 0) this.actions.act(ops)
    const id = values.editing ?? ops.find((op) => op.kind === "add_statement")?.statement.id ?? ""
    page.touchStatement(id)
    page.cards.reveal(id)
    page.say(t("Statement saved"))
  }

  /**
   * @param {FormValues} values
   * @param {boolean} changed
   */
  leave(values, changed) {
    this.close()
    this.page.keep.saveDraft(changed && summary(values) !== "" ? values : this.waiting)
    this.offerDraft()
    this.page.refresh()
  }

  /** An unfinished statement waits above the others, also after a reload. */
  offerDraft() {
    const { page } = this
    const draft = /** @type {FormValues | null} */ (page.keep.draft())
    if (!draft || !page.editable || this.form) return page.draftSlot?.replaceChildren()
    const what = summary(draft)
    const gone = () => {
      page.keep.saveDraft(null)
      page.draftSlot?.replaceChildren()
      page.focusText()
    }
    page.draftSlot?.replaceChildren(
      h(
        "div",
        { class: "draft", role: "note" },
        h("span", { dir: "auto" }, `${t("Unfinished:")} ${shorten(what)}`),
        button("link", () => this.resume(draft), {}, t("Resume")),
        button("link", gone, {}, t("Discard")),
      ),
    )
  }

  /** @param {FormValues} draft */
  resume(draft) {
    this.open(this.usable(draft), "", true)
  }

  /**
   * A draft without what has gone meanwhile.
   *
   * @param {FormValues} draft
   * @returns {FormValues}
   */
  usable(draft) {
    const { spans, statements } = this.page.session.state
    const evidence = draft.evidence.map((span) => spans.get(span.id) ?? span)
    return { ...emptyValues(this.page.boot.codebook), ...draft, evidence, editing: draft.editing && statements.has(draft.editing) ? draft.editing : null }
  }
}

/**
 * What an unfinished statement is recognised by; empty where nothing worth keeping was filled in.
 *
 * @param {FormValues} draft
 */
function summary(draft) {
  const names = [draft.speaker?.name, draft.stance, draft.claim?.name].filter(Boolean).join(" · ")
  return names || draft.note || draft.venue || (draft.evidence[0]?.quote ?? "")
}
