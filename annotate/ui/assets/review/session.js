/** @import {Boot, Loop, OpsAnswer, Operation, Outcome, Row} from "./types.js" */
/** @import {Entry, Held, SaveStatus} from "../tag/queue.js" */
/** @import {Keep} from "../tag/keep.js" */
/** @import {ReviewApi} from "./api.js" */
import { refusals } from "../tag/drafts.js"
import { newId } from "../shared/ids.js"
import { OperationQueue } from "../tag/queue.js"
import { withOperation } from "./rowmodel.js"

/**
 * @typedef {object} SessionHooks
 * @property {() => void} onChange What to show has changed.
 * @property {(status: SaveStatus) => void} onStatus
 * @property {(outcome: Outcome, entry: Entry | undefined) => void} onRefused
 * @property {(kinds: Set<string>) => void} onStored Kinds of the operations that the server has now applied.
 */

/** The review of one article while it is open: what is confirmed, what is on its way, what to show. */
export class ReviewSession {
  /**
   * @param {Boot} boot
   * @param {ReviewApi} api
   * @param {Keep} keep
   * @param {readonly Entry[]} left Operations that an earlier page instance could not deliver.
   * @param {SessionHooks} hooks
   */
  constructor(boot, api, keep, left, hooks) {
    this.hooks = hooks
    this.client = left.at(-1)?.client ?? newId()
    /** @type {Loop} */
    this.base = loopOf(boot)
    /** @type {Loop} */
    this.state = replay(this.base, left)
    /** @type {OperationQueue<OpsAnswer>} */
    this.queue = new OperationQueue(
      {
        send: (client, base, ops) => api.decide(boot.article.id, client, base, ops, this.base.mark),
        save: (entries) => keep.save(entries),
        renew: () => api.renew(boot.me.id),
        onStatus: (status) => hooks.onStatus(status),
        onAnswer: (sent, answer, outcomes) => this.answered(sent, answer, outcomes),
      },
      left,
    )
    void this.queue.flush()
  }

  /**
   * Makes operations: shown at once, sent in the background.
   *
   * @param {Record<string, any>[]} ops Without their ids.
   * @param {Held} [held] What the form held, if they come from one.
   */
  act(ops, held) {
    const entries = ops.map((fields) => {
      const op = /** @type {Operation} */ ({ id: newId(), ...fields })
      this.state = withOperation(this.state, op)
      return { op, client: this.client, base: this.base.gold.revision, ...(op.kind === "decide" || op.kind === "write" ? held : {}) }
    })
    this.queue.push(entries)
    this.hooks.onChange()
  }

  /** @param {Loop} part Fresh from the server. */
  take(part) {
    this.base = { ...this.base, ...part }
    this.state = replay(this.base, this.queue.entries)
    this.hooks.onChange()
  }

  /**
   * @param {readonly Entry[]} sent
   * @param {OpsAnswer | null} answer
   * @param {readonly Outcome[]} outcomes
   */
  answered(sent, answer, outcomes) {
    this.take(answer ? loopOf({ ...answer, rows: rowsOf(this.base.rows, answer) }) : this.base)
    const entries = new Map(sent.map((entry) => [entry.op.id, entry]))
    for (const { outcome, entry } of refusals(sent, outcomes)) this.hooks.onRefused(outcome, entry)
    const applied = outcomes.filter((outcome) => outcome.state !== "refused")
    this.hooks.onStored(new Set(applied.map((outcome) => entries.get(outcome.id)?.op.kind ?? "")))
  }
}

/**
 * @param {Loop} from
 * @returns {Loop}
 */
function loopOf({ mark, rows, gold, coders, registry, agreement, threads, can_undo, can_redo }) {
  return { mark, rows, gold, coders, registry, agreement, threads, can_undo, can_redo }
}

/**
 * @param {Loop} base
 * @param {readonly Entry[]} entries
 */
function replay(base, entries) {
  return entries.reduce((loop, entry) => withOperation(loop, entry.op), base)
}

/**
 * The rows as an answer tells them: those that have changed, and the others as they were.
 *
 * @param {readonly Row[]} before
 * @param {OpsAnswer} answer
 * @returns {Row[]}
 */
export function rowsOf(before, { rows, order }) {
  if (!order) return rows
  const known = new Map([...before, ...rows].map((row) => [row.id, row]))
  return order.flatMap((id) => known.get(id) ?? [])
}
