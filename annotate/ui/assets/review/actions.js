/** @import {ReviewPage} from "./page.js" */
/** @import {Picks} from "./rowmodel.js" */
/** @import {Held} from "../tag/queue.js" */
/** @import {Operation, Outcome, Row} from "./types.js" */
import { ask } from "../shared/ask.js"
import { listed, t, tn } from "../shared/i18n.js"
import { Editing } from "./editing.js"
import { askReason, askReturn } from "./prompts.js"
import { aboutOf, countsOf, defaultPicks, differing, nextWaiting, takeOf, unpicked, waits } from "./rowmodel.js"
import { nameOfField } from "./values.js"

/**
 * How many unanimous rows wait, of which kind; empty if none does.
 *
 * @param {Record<import("./types.js").RowKind, number>} unanimous
 */
export function alikeWords({ statement, span, document_label: labels }) {
  const parts = [
    statement > 0 ? tn("{n} statement", "{n} statements", statement) : "",
    span > 0 ? tn("{n} mention", "{n} mentions", span) : "",
    labels > 0 ? tn("{n} document label", "{n} document labels", labels) : "",
  ]
  return listed(parts.filter(Boolean))
}

/** What a person can do with the open article, whatever key or button it came from. */
export class Actions {
  /** @param {ReviewPage} page */
  constructor(page) {
    this.page = page
    this.editing = new Editing(page, this)
    /** @type {{id: string, root: HTMLElement} | null} The row that is asked about, and the question. */
    this.asked = null
    /** @type {string[]} Reasons given in this sitting, to choose from. */
    this.reasons = []
  }

  /** @returns {boolean} Whether decisions can be made; says why not otherwise. */
  allowed() {
    const { page } = this
    if (page.editable) return true
    page.toasts.show(page.boot.can_decide ? t("This is gold: reopen it to change a decision") : t("You may read this review, but not decide"))
    return false
  }

  /**
   * @param {Row} row
   * @returns {Picks}
   */
  picksOf(row) {
    return { ...defaultPicks(row), ...this.page.picks.get(row.id) }
  }

  /**
   * Picks one coder's version of one field.
   *
   * @param {string} id
   * @param {string} field
   * @param {string} letter
   */
  pick(id, field, letter) {
    const row = this.page.row(id)
    if (!row || !this.allowed()) return
    this.page.picks.set(id, { ...this.picksOf(row), [field]: letter })
    this.page.refresh()
  }

  /** @param {number} n Of the coder among those of the row, from 1. */
  takeNumber(n) {
    const version = this.page.activeRow?.versions[n - 1]
    if (version) this.take(this.page.active, version.letter)
  }

  /**
   * Takes one coder's version of a row as it is.
   *
   * @param {string} id
   * @param {string} letter
   */
  take(id, letter) {
    const row = this.page.row(id)
    if (!row || !this.allowed()) return
    this.decide(row, Object.fromEntries(differing(row).map((field) => [field, letter])), letter)
  }

  /** Accepts the active row, as picked. */
  accept(id = this.page.active) {
    const row = this.page.row(id)
    if (!row || !this.allowed()) return
    if (row.raised && row.decision && !this.page.picks.has(id)) return this.act([{ kind: "keep", decision_id: row.decision.id }], id)
    if (row.versions.length === 0) return
    // What has been decided stays so unless other versions have been picked since.
    if (!waits(row) && !this.page.picks.has(id)) return this.goOn(id)
    const picks = this.picksOf(row)
    const missing = unpicked(row, picks)
    if (missing.length === 0) return this.decide(row, picks)
    this.page.toasts.clearNotes()
    this.page.toasts.show(t("Choose a version first: {fields}", { fields: listed(missing.map(nameOfField)) }))
    this.page.focusCell(id, missing[0] ?? "")
  }

  /**
   * @param {Row} row
   * @param {Picks} picks
   * @param {string} [whole] The coder whose version is taken as it is.
   */
  decide(row, picks, whole) {
    const version = row.versions.find((one) => one.letter === whole)
    const take = takeOf(row, picks)
    if (version) for (const field of Object.keys(take)) take[field] = version.label_set_id
    this.act([{ kind: "decide", ...aboutOf(row), take }], row.id)
  }

  /**
   * Makes decisions and goes on with the next row that waits.
   *
   * @param {Record<string, any>[]} ops
   * @param {string} id The row that they are about.
   * @param {Held} [held]
   */
  act(ops, id, held) {
    this.close()
    this.page.toasts.clearNotes()
    this.page.picks.delete(id)
    this.page.joining.part(id)
    this.page.session.act(ops, held)
    this.goOn(id)
  }

  /** @param {string} id */
  goOn(id) {
    const { page } = this
    const here = page.activeRow
    // What was written anew is about no row: the keys stay with theirs while it waits.
    const next = here && here.id !== id && waits(here) ? here : nextWaiting(page.rows, id || page.active)
    page.touchRow(next?.id ?? page.active)
    page.focusRows()
    if (!next) page.say(t("Every row is decided"))
  }

  acceptUnanimous() {
    if (!this.allowed()) return
    const alike = alikeWords(countsOf(this.page.rows).unanimous)
    if (alike === "") return this.page.toasts.show(t("No unanimous row is waiting"))
    this.act([{ kind: "accept_unanimous" }], this.page.active)
    this.page.toasts.show(t("Accepted: {what}", { what: alike }), { actions: [{ text: t("Undo"), action: () => this.undo() }] })
    const { activeRow } = this.page
    if (activeRow && !waits(activeRow)) this.goOn(activeRow.id)
  }

  reject(id = this.page.active) {
    const { page } = this
    const row = page.row(id)
    const slot = page.cases.slotOf(id)
    if (!row || !slot || row.versions.length === 0 || !this.allowed()) return
    this.close()
    page.touchRow(id)
    const question = askReason({
      reasons: this.reasons,
      onCancel: () => {
        this.close()
        page.focusRows()
      },
      onDone: (reason) => {
        this.reasons = [reason, ...this.reasons.filter((one) => one !== reason)]
        this.act([{ kind: "reject", ...aboutOf(row), reason }], id)
      },
    })
    this.asked = { id, root: question.root }
    slot.prepend(question.root)
    question.focus()
  }

  /** @param {string} [id] */
  edit(id = this.page.active) {
    const row = this.page.row(id)
    if (!row || !this.allowed()) return
    this.close()
    this.page.touchRow(id)
    if (row.kind === "document_label") this.editing.label(row)
    else this.editing.edit(row)
  }

  write() {
    if (this.allowed()) this.editing.write()
  }

  /** @param {string} [id] */
  reopen(id = this.page.active) {
    const row = this.page.row(id)
    if (row?.joined) {
      this.page.joining.part(id)
      this.page.refresh()
      return this.page.focusRows()
    }
    if (!row?.decision || !this.allowed()) return
    // One that the server has not confirmed has no name yet: the latest change can be undone.
    if (row.decision.id.startsWith("pending:")) return this.undo()
    this.page.picks.delete(id)
    this.page.session.act([{ kind: "reopen", decision_id: row.decision.id }])
    this.page.focusRows()
  }

  undo() {
    const { page } = this
    const sent = page.session.queue.entries.length > 0
    if (!this.allowed() || !(page.session.state.can_undo || sent)) return
    page.toasts.clearNotes()
    page.session.act([{ kind: "undo" }])
  }

  redo() {
    const { page } = this
    const undone = page.session.queue.entries.at(-1)?.op.kind === "undo"
    if (!this.allowed() || !(page.session.state.can_redo || undone)) return
    page.toasts.clearNotes()
    page.session.act([{ kind: "redo" }])
  }

  makeGold() {
    const { page } = this
    if (!this.allowed()) return
    if (this.editing.isOpen) return page.toasts.show(t("Save or cancel the open statement first"))
    const { open } = countsOf(page.rows)
    if (open > 0) {
      const row = nextWaiting(page.rows, "")
      if (row) page.touchRow(row.id)
      page.focusRows()
      return page.toasts.show(tn("{n} statement is still open", "{n} statements are still open", open))
    }
    page.session.act([{ kind: "make_gold" }])
  }

  /**
   * Asks whether an operation is meant that passes something over, and makes it again if so.
   *
   * @param {Operation} op
   * @param {Outcome} outcome
   */
  async confirm({ id, ...op }, { message = "", hint = "", needs = "" }) {
    const meant = await ask({ title: t("Make gold all the same?"), lines: [message, hint].filter(Boolean), yes: t("Make gold") })
    if (meant) this.page.session.act([{ ...op, [needs]: true }])
  }

  reopenGold() {
    if (this.page.boot.can_decide) this.page.session.act([{ kind: "reopen_gold" }])
  }

  async giveBack() {
    const { page } = this
    const coders = page.returnable
    if (!page.boot.can_decide || coders.length === 0) return
    const said = await askReturn(coders, page.activeRow?.versions[0]?.label_set_id ?? "")
    if (said) page.session.act([{ kind: "return", ...said }])
  }

  /** Puts away what is open in a row. */
  close() {
    this.asked?.root.remove()
    this.asked = null
  }
}
