/** @import {TagPage} from "./page.js" */
/** @import {Actions} from "./actions.js" */
/** @import {Span} from "./types.js" */
/** @import {FormValues} from "./formvalues.js" */
/** @import {Draft} from "./drafts.js" */
import { button, h } from "../shared/dom.js"
import { summary } from "./drafts.js"
import { StatementForm } from "./form.js"
import { emptyValues, operationsOf } from "./formvalues.js"
import { newId } from "./ids.js"
import { t } from "../shared/i18n.js"
import { tint } from "./selection.js"
import { shorten } from "./snap.js"
import { actorNamed, entryOf, likelySpeaker } from "./suggest.js"

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
    /** Under which id the content of the open form is kept. */
    this.draftId = ""
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
    this.open(actor ? { ...values, speaker: entryOf(actor) } : { ...values, mention: mention.id, loose: { speaker: mention.quote } })
  }

  /**
   * @param {number | undefined} place Start of the evidence; none for a statement on the whole article.
   * @returns {Span | undefined}
   */
  likelySpeaker(place) {
    const { page } = this
    const chosen = page.state.spans.get(page.activeSpan)
    if (chosen?.kind === "actor") return chosen
    return place === undefined ? undefined : likelySpeaker(this.actions.mentions, place, (at) => page.view.paragraphAt(at))
  }

  /**
   * @param {FormValues} values
   * @param {Draft} [resumed] The unfinished statement that the values are of.
   */
  open(values, resumed) {
    const { page } = this
    // One that is open is left, not overwritten.
    this.form?.cancel()
    const id = resumed?.id ?? newId()
    /** @type {StatementForm} */
    const form = new StatementForm(values, {
      session: page.session,
      api: page.api,
      mentions: () => this.actions.mentionsNear(form.values.evidence[0]?.start ?? page.cursor.at.focus),
      onSave: (saved) => this.save(saved),
      onCancel: (left, changed) => this.leave(changed && summary(left, page.boot.codebook.stances) !== "" ? { ...resumed, id, values: left } : resumed),
      onChange: (now) => {
        page.keep.saveDraft({ ...resumed, id, values: now })
        page.status.light.showWriting(form.isChanged || resumed !== undefined)
        this.showDraftEvidence(now)
      },
      onWantEvidence: () => page.focusText(),
    })
    form.message.textContent = resumed?.reason ?? ""
    this.form = form
    this.draftId = id
    page.status.light.showWriting(resumed !== undefined)
    page.formSlot?.replaceChildren(form.root)
    this.offerDrafts()
    page.side?.scrollTo({ top: 0 })
    this.showDraftEvidence(values)
    page.refresh()
    form.focusFirst()
  }

  /** @param {FormValues} values */
  showDraftEvidence(values) {
    tint(this.page.view, "claimdesk-draft", values.evidence)
    this.page.showFirstSteps()
  }

  close() {
    this.form = null
    this.draftId = ""
    this.page.status.light.showWriting(false)
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
    const id = this.draftId
    this.close()
    const { at } = page.cursor
    page.cursor.set(Math.max(at.anchor, at.focus), Math.max(at.anchor, at.focus))
    if (ops.length > 0) this.actions.act(ops, values)
    page.firstSteps.done()
    page.keep.dropDraft(id)
    this.offerDrafts()
    const statement = values.editing ?? ops.find((op) => op.kind === "add_statement")?.statement.id ?? ""
    page.touchStatement(statement)
    page.cards.reveal(statement)
    page.say(t("Statement saved"))
  }

  /** @param {Draft | undefined} draft What is to be kept of the open form, if anything. */
  leave(draft) {
    const { keep } = this.page
    if (draft) keep.saveDraft(draft)
    else keep.dropDraft(this.draftId)
    this.close()
    this.offerDrafts()
    this.page.refresh()
  }

  /** Unfinished statements wait above the others, also after a reload; the one in the form is not among them. */
  offerDrafts() {
    const { page } = this
    const drafts = page.viewing < 0 ? page.keep.drafts().filter((draft) => draft.id !== this.draftId) : []
    page.draftSlot?.replaceChildren(...drafts.map((draft) => this.offer(draft)))
  }

  /** @param {Draft} draft */
  offer(draft) {
    const discard = () => {
      this.page.keep.dropDraft(draft.id)
      this.offerDrafts()
      this.page.focusText()
    }
    return h(
      "div",
      { class: "draft", role: "note" },
      h("span", { dir: "auto" }, `${t("Unfinished:")} ${shorten(summary(draft.values, this.page.boot.codebook.stances))}`),
      button("link", () => this.resume(draft), {}, t("Resume")),
      button("link", discard, {}, t("Discard")),
      draft.reason ? h("p", { class: "why", dir: "auto" }, draft.reason) : null,
    )
  }

  /** @param {Draft} draft */
  resume(draft) {
    if (this.actions.allowed()) this.open(this.usable(draft.values), draft)
  }

  /**
   * What was filled in, without what has gone meanwhile.
   *
   * @param {FormValues} values
   * @returns {FormValues}
   */
  usable(values) {
    const { spans, statements } = this.page.session.state
    const evidence = values.evidence.map((span) => spans.get(span.id) ?? span)
    return { ...emptyValues(this.page.boot.codebook), ...values, evidence, editing: values.editing && statements.has(values.editing) ? values.editing : null }
  }
}
