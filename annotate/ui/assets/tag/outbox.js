/** @import {Entry, OperationQueue, SaveStatus} from "./queue.js" */
/** @import {Keep} from "./keep.js" */

/** From good to bad: of several queues the worst is told. */
const STATES = ["saved", "saving", "offline", "signedout"]

/** All that this browser page still has to send: for the open article, for those left, for what dead pages left. */
export class Outbox {
  constructor() {
    /** @type {{key: string, queue: OperationQueue<any>, keep: Keep}[]} */
    this.items = []
    /** Called whenever the status of a queue has changed. */
    this.onChange = () => {}
  }

  /**
   * @param {string} key Project and article that the queue belongs to.
   * @param {OperationQueue<any>} queue
   * @param {Keep} keep
   */
  add(key, queue, keep) {
    // One that has been left is kept only while it has something to send.
    this.items = [...this.items.filter((item) => item.queue.entries.length > 0), { key, queue, keep }]
    queue.watch(() => this.onChange())
    this.onChange()
  }

  /**
   * Operations of an article that are still on their way: from now on its new queue's to send.
   *
   * @param {string} key
   * @returns {Entry[]}
   */
  takeOver(key) {
    const mine = this.items.filter((item) => item.key === key)
    this.items = this.items.filter((item) => item.key !== key)
    return mine.flatMap((item) => item.queue.stop())
  }

  /** Tries at once whatever waits: the server may be back. */
  wake() {
    for (const { queue } of this.items) if (queue.status.state !== "saving") queue.wake()
  }

  /**
   * How it stands with all queues but one.
   *
   * @param {OperationQueue<any>} own
   * @returns {SaveStatus & {articles: number}}
   */
  elsewhere(own) {
    const rest = this.items.filter(({ queue }) => queue !== own && queue.entries.length > 0)
    const all = rest.map(({ queue }) => queue.status)
    const worst = all.toSorted((a, b) => STATES.indexOf(b.state) - STATES.indexOf(a.state))[0]
    const waiting = all.reduce((sum, status) => sum + status.waiting, 0)
    return { state: worst?.state ?? "saved", message: worst?.message ?? "", waiting, articles: new Set(rest.map(({ key }) => key)).size }
  }

  /** Whether something would be lost with the page, because the browser refuses to keep it. */
  get unsafe() {
    return this.items.some(({ queue, keep }) => !keep.working && queue.entries.length > 0)
  }
}

/** This page instance's own. */
export const outbox = new Outbox()
