/** @import {Api} from "./api.js" */
/** @import {Framed} from "./frame.js" */
/** @import {KeepKind, Place} from "./keep.js" */
/** @import {Component, MountData, Operation, Outcome} from "./types.js" */
/** @import {Entry} from "./queue.js" */
import { framing } from "./frame.js"
import { Keep, otherPlaces } from "./keep.js"
import { outbox } from "./outbox.js"
import { OperationQueue } from "./queue.js"

/**
 * What a page of work on an article is made of: tagging it, or reviewing it.
 *
 * @template {Api} A
 * @template {{me: {id: string}, project: {id: string}, article: {id: string}}} B
 * @template {Framed & {session: {queue: any}, status: {light: {showElsewhere: (status: any) => void}}}} P
 *
 * @typedef {object} Work
 * @property {KeepKind} keep Under which name its operations are kept until the server has them.
 * @property {(project: string, csrf: string) => A} api
 * @property {(api: A, article: string) => Promise<B>} boot
 * @property {(root: HTMLElement, boot: B, data: MountData, api: A, keep: Keep, left: Entry[]) => P} page
 * @property {(api: A, article: string, client: string, base: number, ops: Operation[]) => Promise<{outcomes: readonly Outcome[]}>} send
 * @property {(keep: Keep, sent: readonly Entry[], outcomes: readonly Outcome[]) => void} [answered] For an article that is not open.
 * @property {(page: P) => void} focus
 * @property {(page: P, event: KeyboardEvent) => void} onKey
 */

/**
 * What Streamlit calls at every render of such a page.
 *
 * @template {Api} A
 * @template {{me: {id: string}, project: {id: string}, article: {id: string}}} B
 * @template {Framed & {session: {queue: any}, status: {light: {showElsewhere: (status: any) => void}}}} P
 * @param {string} name Of the page, of its class and of its style sheet.
 * @param {Work<A, B, P>} work
 * @returns {(component: Component) => void}
 */
export function working(name, work) {
  /** @param {Pick<Place, "project" | "article">} place Never the key of the other kind of work on the same article. */
  const keyOf = ({ project, article }) => `${work.keep}/${project}/${article}`
  const wanted = (/** @type {MountData} */ data) => keyOf({ project: data.projectId, article: data.articleId })

  /**
   * Sends operations on an article that is not open.
   *
   * @param {A} api
   * @param {Place} place
   * @param {Keep} keep
   * @param {readonly Entry[]} entries
   */
  const deliver = (api, place, keep, entries) => {
    const queue = new OperationQueue(
      {
        send: (client, base, ops) => work.send(api, place.article, client, base, ops),
        save: (rest) => keep.save(rest),
        renew: () => api.renew(place.me),
        onStatus: () => {},
        onAnswer: (sent, _answer, outcomes) => work.answered?.(keep, sent, outcomes),
      },
      entries,
    )
    outbox.add(keyOf(place), queue, keep)
    void queue.flush()
  }

  /**
   * Sends what dead pages left behind of other articles.
   *
   * @param {string} csrf
   * @param {string} me
   * @param {MountData} data
   */
  const deliverRest = async (csrf, me, data) => {
    for (const place of await otherPlaces(me, data.articleId, work.keep)) {
      const keep = new Keep(place, work.keep)
      deliver(work.api(place.project, csrf), place, keep, await keep.adopt(outbox.takeOver(keyOf(place))))
    }
  }

  /**
   * @param {HTMLElement} root
   * @param {MountData} data
   * @param {() => boolean} current
   */
  const open = async (root, data, current) => {
    const key = wanted(data)
    const api = work.api(data.projectId, data.csrf)
    const boot = await work.boot(api, data.articleId)
    const place = { me: boot.me.id, project: boot.project.id, article: boot.article.id }
    const keep = new Keep(place, work.keep)
    if (!current()) return null
    const left = await keep.adopt(outbox.takeOver(key))
    if (!current()) {
      deliver(api, place, keep, left)
      return null
    }
    const page = work.page(root, boot, data, api, keep, left)
    outbox.onChange = () => page.status.light.showElsewhere(outbox.elsewhere(page.session.queue))
    outbox.add(key, page.session.queue, keep)
    work.focus(page)
    void deliverRest(api.csrf, boot.me.id, data)
    return page
  }

  return framing(name, { key: wanted, onKey: work.onKey, open })
}
