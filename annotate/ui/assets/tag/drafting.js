/** @import {TagPage} from "./page.js" */
/** @import {Actions} from "./actions.js" */
/** @import {Range, Span} from "./types.js" */
/** @import {Guess} from "./speaker.js" */
/** @import {FormValues} from "./formvalues.js" */
/** @import {Draft} from "./drafts.js" */
import { button, h } from "../shared/dom.js"
import { rechosen, summary } from "./drafts.js"
import { StatementForm } from "./form.js"
import { emptyValues, operationsOf, saysTheSame } from "./formvalues.js"
import { newId } from "../shared/ids.js"
import { byAge, byPosition } from "./model.js"
import { t } from "../shared/i18n.js"
import { everyValue } from "../shared/values.js"
import { tint } from "./selection.js"
import { shorten } from "./snap.js"
import { guessSpeaker } from "./speaker.js"
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
    /** Under which id the content of the open form is kept. */
    this.draftId = ""
    /** Whether the next words that the pointer selects become evidence of the open form. */
    this.wanting = false
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
    this.wanting = false
    if (this.form) {
      for (const span of evidence) this.form.addEvidence(span)
      this.showDraftEvidence(this.form.values)
      return this.form.focusAgain()
    }
    const values = { ...emptyValues(this.page.boot.codebook), evidence }
    const guess = this.likelySpeaker(evidence[0])
    if (guess?.actor) return this.open({ ...values, speaker: entryOf(guess.actor) })
    if (!guess) return this.open(values)
    const { mention } = guess
    const { session } = this.page
    const actor = session.actor(mention.actor_id) ?? actorNamed(session.state.actors.values(), mention.quote)
    this.open(actor ? { ...values, speaker: entryOf(actor) } : { ...values, mention: mention.id, loose: { speaker: mention.quote } })
  }

  /**
   * @param {Range | undefined} words The evidence; none for a statement on the whole article.
   * @returns {Guess | undefined}
   */
  likelySpeaker(words) {
    const { page } = this
    const chosen = page.state.spans.get(page.activeSpan)
    if (chosen?.kind === "actor") return { mention: chosen }
    if (!words) return undefined
    const { state } = page.session
    const paragraph = page.view.paragraphRange(page.view.paragraphAt(words.start))
    return guessSpeaker({ words, paragraph, offsets: page.offsets, mentions: this.actions.mentions, actors: state.actors, statements: byAge(state) })
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
      onCancel: (left, changed) => this.leave(changed && summary(left, everyValue(page.boot.codebook, "stances")) !== "" ? { ...resumed, id, values: left } : resumed),
      onChange: (now) => {
        // A form that was closed loses the focus as it goes: nothing of it is kept any more.
        if (this.form !== form) return
        page.keep.saveDraft({ ...resumed, id, values: now })
        page.status.light.showWriting(form.isChanged || resumed !== undefined)
        this.showDraftEvidence(now)
      },
      words: (beginning) => page.snapper.wordsBeginning(beginning),
      onWantEvidence: () => this.wantEvidence(),
      caution: (now) => this.caution(now, values.evidence.length > 0),
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

  /** Takes the selected words as evidence, or those that are selected next. */
  wantEvidence() {
    const { range } = this.page.cursor
    const chosen = this.form?.values.evidence.some((span) => span.start === range?.start && span.end === range.end)
    if (range && !chosen) return this.statement()
    this.wanting = true
    this.form?.awaitEvidence(true)
    this.page.focusText()
  }

  /** The pointer has selected words. */
  selected() {
    if (this.wanting && this.form) this.statement()
  }

  /** @returns {boolean} Whether evidence was waited for, which ends here. */
  wantNone() {
    const { wanting } = this
    this.wanting = false
    if (wanting) {
      this.form?.awaitEvidence(false)
      this.form?.focusAgain()
    }
    return wanting
  }

  /**
   * What a person may not have meant, though it could be stored.
   *
   * @param {FormValues} values
   * @param {boolean} rested Whether the form was opened with evidence.
   */
  caution(values, rested) {
    if (rested && values.evidence.length === 0) return t("Without evidence the statement concerns the whole article. Save again if that is meant.")
    const { state } = this.page.session
    const number = byPosition(state).findIndex((statement) => statement.id !== values.editing && saysTheSame(values, statement)) + 1
    return number > 0 ? t("Statement {number} says the same. Save again to have both.", { number }) : ""
  }

  /** @param {FormValues} values */
  showDraftEvidence(values) {
    tint(this.page.view, "claimdesk-draft", values.evidence)
    this.page.showFirstSteps()
  }

  close() {
    this.form = null
    this.wanting = false
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
    const drafts = page.viewing < 0 ? this.waiting : []
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
      h("span", { dir: "auto" }, `${t("Unfinished:")} ${shorten(summary(draft.values, everyValue(this.page.boot.codebook, "stances")))}`),
      button("link", () => this.resume(draft), {}, t("Resume")),
      button("link", discard, {}, t("Discard")),
      draft.reason ? h("p", { class: "why", dir: "auto" }, draft.reason) : null,
    )
  }

  /** @param {Draft | undefined} [draft] By default the latest. */
  resume(draft = this.waiting[0]) {
    if (draft && this.actions.allowed()) this.open(this.usable(draft), draft)
  }

  /** The unfinished statements, the open one apart. */
  get waiting() {
    return this.page.keep.drafts().filter((draft) => draft.id !== this.draftId)
  }

  /**
   * What was filled in, without what has gone meanwhile.
   *
   * @param {Draft} draft
   * @returns {FormValues}
   */
  usable(draft) {
    const { spans, statements, actors, claims } = this.page.session.state
    // What was refused may name an entry that an earlier statement was to make; others name what a search found.
    const values = draft.reason ? rechosen(draft.values, ({ id, isNew }) => !isNew && !actors.has(id) && !claims.has(id)) : draft.values
    const evidence = values.evidence.map((span) => spans.get(span.id) ?? span)
    return { ...emptyValues(this.page.boot.codebook), ...values, evidence, editing: values.editing && statements.has(values.editing) ? values.editing : null }
  }
}
