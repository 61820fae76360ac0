/** @import {Operation, OpsAnswer, Outcome, Patch} from "./types.js" */
/** @import {FormValues} from "./formvalues.js" */
/** @import {Mention} from "../review/mentionform.js" */

/**
 * What a form held that an operation comes from: given back if it is refused.
 *
 * @typedef {{form?: FormValues, mention?: Mention}} Held
 *
 * One operation on its way to the server.
 *
 * @typedef {object} OnItsWay
 * @property {Operation} op
 * @property {Patch} [patch] Guessed effect of an undo or redo.
 * @property {string} client The page instance that made it: the server tells clients' conflicts apart by it.
 * @property {number} base The label set's revision that its maker had seen.
 *
 * @typedef {OnItsWay & Held} Entry
 *
 * @typedef {"saved" | "saving" | "offline" | "signedout"} SaveState
 * @typedef {{state: SaveState, waiting: number, message: string}} SaveStatus
 */

/**
 * @template {{outcomes: readonly Outcome[]}} [A=OpsAnswer]
 * @typedef {object} Hooks
 * @property {(client: string, base: number, ops: Operation[]) => Promise<A>} send
 *   Rejects with `{status, code, message, hint}`; status 0 means that no answer came.
 * @property {(entries: readonly Entry[]) => void} save Keeps the entries over a reload or crash.
 * @property {(status: SaveStatus) => void} onStatus
 * @property {(sent: readonly Entry[], answer: A | null, outcomes: readonly Outcome[]) => void} onAnswer
 *   Called after the entries have left the queue; no answer when the whole request was refused.
 * @property {() => Promise<boolean>} renew Asks whether the same person is signed in (again).
 * @property {(action: () => void, ms: number) => unknown} [later]
 * @property {() => number} [random]
 */

const BATCH = 500
const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000

/**
 * Sends operations in order, one request at a time, again and again until they are acknowledged.
 * Sending twice is harmless: the server applies an operation id at most once.
 *
 * @template {{outcomes: readonly Outcome[]}} [A=OpsAnswer]
 */
export class OperationQueue {
  /**
   * @param {Hooks<A>} hooks
   * @param {readonly Entry[]} [entries] What an earlier page instance left behind.
   */
  constructor(hooks, entries = []) {
    this.hooks = hooks
    /** @type {((status: SaveStatus) => void)[]} */
    this.watchers = [hooks.onStatus]
    /** @type {Entry[]} */
    this.entries = [...entries]
    this.inFlight = false
    this.failures = 0
    this.signedOut = false
    this.renewed = false
    this.message = ""
    /** Largest batch to try: smaller after a request was refused as a whole. */
    this.limit = BATCH
    this.timer = 0
    this.stopped = false
  }

  /**
   * Ends this queue; its entries go to another one.
   *
   * @returns {Entry[]}
   */
  stop() {
    this.stopped = true
    this.timer += 1
    return this.entries
  }

  /** @param {(status: SaveStatus) => void} watcher Is told of every change of the status, too. */
  watch(watcher) {
    this.watchers.push(watcher)
  }

  tell() {
    for (const watcher of this.watchers) watcher(this.status)
  }

  /** @returns {SaveStatus} */
  get status() {
    const waiting = this.entries.length
    if (waiting === 0) return { state: "saved", waiting, message: "" }
    if (this.signedOut) return { state: "signedout", waiting, message: this.message }
    if (this.failures > 0) return { state: "offline", waiting, message: this.message }
    return { state: "saving", waiting, message: "" }
  }

  /** @param {readonly Entry[]} entries */
  push(entries) {
    this.entries.push(...entries)
    this.hooks.save(this.entries)
    this.tell()
    // Operations pushed in the same task travel together.
    if (this.failures === 0 && !this.signedOut) queueMicrotask(() => void this.flush())
  }

  /** Tries at once: the connection is back, the page came to the front, or the person asked. */
  wake() {
    this.timer += 1
    if (this.signedOut) void this.recover()
    else void this.flush()
  }

  /** Sends what is next in line, unless a request is under way. */
  async flush() {
    if (this.inFlight || this.stopped || this.signedOut || this.entries.length === 0) return
    const batch = this.nextBatch()
    const first = /** @type {Entry} */ (batch[0])
    this.inFlight = true
    try {
      const answer = await this.hooks.send(first.client, first.base, batch.map((entry) => entry.op))
      this.inFlight = false
      if (this.stopped) return
      this.accepted(batch, answer)
    } catch (error) {
      this.inFlight = false
      if (this.stopped) return
      this.failed(batch, /** @type {any} */ (error))
    }
    this.tell()
    if (this.failures === 0 && !this.signedOut) void this.flush()
  }

  /** The longest run from the front of one client and one seen revision. */
  nextBatch() {
    const first = /** @type {Entry} */ (this.entries[0])
    const end = this.entries.findIndex((entry) => entry.client !== first.client || entry.base !== first.base)
    return this.entries.slice(0, Math.min(end < 0 ? this.entries.length : end, this.limit))
  }

  /**
   * @param {Entry[]} batch
   * @param {A} answer
   */
  accepted(batch, answer) {
    this.failures = 0
    this.renewed = false
    this.limit = BATCH
    this.drop(batch)
    this.hooks.onAnswer(batch, answer, answer.outcomes)
  }

  /**
   * @param {Entry[]} batch
   * @param {{status?: number, code?: string, message?: string, hint?: string, retryAfter?: number}} error
   */
  failed(batch, error) {
    const status = error.status ?? 0
    this.message = error.message ?? ""
    if (status === 401 || (status === 403 && !this.renewed)) {
      // A 403 may be a token of an ended session; asked once, a second one is a refusal.
      this.renewed = status === 403
      this.signedOut = true
      void this.recover()
    } else if (status === 0 || status === 408 || status === 429 || status >= 500) {
      this.backOff(error.retryAfter)
    } else if (batch.length > 1) {
      // One bad operation must not take the others with it.
      this.limit = Math.ceil(batch.length / 2)
    } else {
      this.renewed = false
      this.limit = BATCH
      this.drop(batch)
      this.hooks.onAnswer(batch, null, batch.map((entry) => refusal(entry, error)))
    }
  }

  /** @param {number} [retryAfter] Seconds, as the server asked. */
  backOff(retryAfter) {
    this.failures += 1
    const random = this.hooks.random ?? Math.random
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.failures - 1)) * (0.75 + random() / 2)
    this.wait(Math.max(wait, (retryAfter ?? 0) * 1000), () => this.flush())
  }

  /** Sending goes on as soon as the same person is signed in. */
  async recover() {
    let back = false
    try {
      back = await this.hooks.renew()
    } catch {
      // No connection either: ask again later.
    }
    if (!this.signedOut || this.stopped) return
    if (back) {
      this.signedOut = false
      this.failures = 0
      await this.flush()
    } else {
      this.wait(5000, () => this.recover())
    }
    this.tell()
  }

  /**
   * @param {number} ms
   * @param {() => unknown} action Left out when something else has been tried meanwhile.
   */
  wait(ms, action) {
    this.timer += 1
    const mine = this.timer
    const later = this.hooks.later ?? setTimeout
    later(() => {
      if (mine === this.timer) action()
    }, ms)
  }

  /** @param {Entry[]} batch */
  drop(batch) {
    const done = new Set(batch)
    this.entries = this.entries.filter((entry) => !done.has(entry))
    this.hooks.save(this.entries)
  }
}

/**
 * @param {Entry} entry
 * @param {{code?: string, message?: string, hint?: string}} error
 * @returns {Outcome}
 */
function refusal(entry, error) {
  return { id: entry.op.id, state: "refused", code: error.code, message: error.message, hint: error.hint }
}
