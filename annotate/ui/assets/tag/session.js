/** @import {Boot, Operation, OpsAnswer, Outcome, Patch, Actor, Claim} from "./types.js" */
/** @import {Entry, SaveStatus} from "./queue.js" */
/** @import {State} from "./model.js" */
/** @import {Api} from "./api.js" */
/** @import {Keep} from "./keep.js" */
/** @import {FormValues} from "./formvalues.js" */
import { giveBack } from "./drafts.js"
import { newId } from "../shared/ids.js"
import { effectOf, inverseOf, replay, stateOf, withAnswer, withPatch } from "./model.js"
import { OperationQueue } from "./queue.js"

/**
 * @typedef {object} SessionHooks
 * @property {() => void} onChange The state to show has changed.
 * @property {(status: SaveStatus) => void} onStatus
 * @property {(outcome: Outcome, op: Operation | undefined) => void} onRefused
 * @property {(kinds: Set<string>) => void} onStored Kinds of the operations that the server has now applied.
 */

/** One article's label set while it is open: what is confirmed, what is on its way, what to show. */
export class Session {
  /**
   * @param {Boot} boot
   * @param {Api} api
   * @param {Keep} keep
   * @param {readonly Entry[]} left Operations that an earlier page instance could not deliver.
   * @param {SessionHooks} hooks
   */
  constructor(boot, api, keep, left, hooks) {
    this.boot = boot
    this.keep = keep
    this.hooks = hooks
    /** Carried on from a page that died, so that its work and ours do not count as conflicting. */
    this.client = left.at(-1)?.client ?? newId()
    /** @type {State} */
    this.base = stateOf(boot.label_set, boot.registry)
    /** @type {State} */
    this.state = replay(this.base, left)
    /** @type {{before: Patch, after: Patch}[]} */
    this.done = []
    /** @type {{before: Patch, after: Patch}[]} */
    this.undone = []
    /** @type {Set<string>} Registry entries that were to be made here and were refused. */
    this.unmade = new Set()
    /** @type {Map<string, number>} When the operation was made, for the measurements. */
    this.started = new Map()
    this.queue = new OperationQueue(
      {
        send: (client, base, ops) => api.send(boot.article.id, client, base, ops),
        save: (entries) => keep.save(entries),
        renew: () => api.renew(boot.me.id),
        onStatus: (status) => hooks.onStatus(status),
        onAnswer: (sent, answer, outcomes) => this.answered(sent, answer, outcomes),
      },
      left,
    )
    void this.queue.flush()
  }

  /** Whether the label set may be changed now. */
  get editable() {
    const { status } = this.state
    return this.boot.can_edit && (status === "draft" || status === "returned")
  }

  get canUndo() {
    return this.editable && (this.done.length > 0 || this.state.canUndo)
  }

  get canRedo() {
    return this.editable && (this.undone.length > 0 || this.state.canRedo)
  }

  /**
   * Makes operations: shown at once, sent in the background.
   *
   * @param {Record<string, any>[]} ops Without their ids.
   * @param {number} [at] When the key was pressed, performance.now() time.
   * @param {FormValues} [form] What the statement form held, if they come from it.
   */
  act(ops, at, form) {
    /** @type {Entry[]} */
    const entries = ops.map((fields) => {
      const op = /** @type {Operation} */ ({ id: newId(), ...fields })
      if (at !== undefined) this.started.set(op.id, at)
      this.remember(op)
      return { ...this.entry(op), ...(form && op.kind.endsWith("_statement") ? { form } : {}) }
    })
    this.queue.push(entries)
    this.hooks.onChange()
  }

  /** @param {number} [at] */
  undo(at) {
    const step = this.done.pop()
    if (step) this.undone.push(step)
    this.travel("undo", step?.before, at)
  }

  /** @param {number} [at] */
  redo(at) {
    const step = this.undone.pop()
    if (step) this.done.push(step)
    this.travel("redo", step?.after, at)
  }

  /**
   * @param {"submit" | "take_back"} kind
   */
  changeStatus(kind) {
    this.queue.push([this.entry({ id: newId(), kind })])
    this.hooks.onChange()
  }

  /** @param {Operation} op */
  remember(op) {
    const effect = effectOf(this.state, op)
    const before = inverseOf(this.state, effect)
    this.state = withPatch(this.state, effect)
    // The registry is shared: entries made there are not part of undo.
    if (Object.keys(before).length === 0) return
    this.done.push({ before, after: effect })
    this.undone = []
  }

  /**
   * @param {"undo" | "redo"} kind
   * @param {Patch | undefined} patch The guessed effect; without one the server's answer brings it.
   * @param {number} [at]
   */
  travel(kind, patch, at) {
    const op = { id: newId(), kind }
    if (at !== undefined) this.started.set(op.id, at)
    if (patch) this.state = withPatch(this.state, patch)
    this.queue.push([{ ...this.entry(op), patch: patch ?? {} }])
    this.hooks.onChange()
  }

  /**
   * @param {Operation} op
   * @returns {Entry}
   */
  entry(op) {
    return { op, client: this.client, base: this.base.revision }
  }

  /**
   * @param {readonly Entry[]} sent
   * @param {OpsAnswer | null} answer
   * @param {readonly Outcome[]} outcomes
   */
  answered(sent, answer, outcomes) {
    if (answer) this.base = withAnswer(this.base, answer)
    this.state = replay(this.base, this.queue.entries)
    const ops = new Map(sent.map(({ op }) => [op.id, op]))
    for (const { id, state } of outcomes) {
      const made = ops.get(id)?.actor ?? ops.get(id)?.claim
      if (made && state === "refused") this.unmade.add(made.id)
    }
    const refused = giveBack(this.keep, sent, outcomes)
    if (refused.length > 0) {
      // What stands on top of a refused step may no longer be what undo would take back.
      this.done = []
      this.undone = []
    }
    this.hooks.onChange()
    this.measure(sent)
    for (const { outcome, entry } of refused) this.hooks.onRefused(outcome, entry?.op)
    const applied = outcomes.filter((outcome) => outcome.state !== "refused")
    this.hooks.onStored(new Set(applied.map((outcome) => ops.get(outcome.id)?.kind ?? "")))
  }

  /** @param {readonly Entry[]} sent */
  measure(sent) {
    const end = performance.now()
    for (const { op } of sent) {
      const start = this.started.get(op.id)
      this.started.delete(op.id)
      if (start !== undefined) performance.measure("claimdesk:saved", { start, end, detail: { id: op.id } })
    }
  }

  /**
   * @param {string | null | undefined} id
   * @returns {Actor | undefined}
   */
  actor(id) {
    return id ? this.state.actors.get(id) : undefined
  }

  /**
   * @param {string | null | undefined} id
   * @returns {Claim | undefined}
   */
  claim(id) {
    return id ? this.state.claims.get(id) : undefined
  }
}
