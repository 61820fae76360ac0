/** @import {MountData} from "../tag/types.js" */
/** @import {Entry} from "../tag/queue.js" */
/** @import {Place} from "../tag/keep.js" */
/** @import {OpsAnswer} from "./types.js" */
import { framing } from "../tag/frame.js"
import { Keep, otherPlaces } from "../tag/keep.js"
import { outbox } from "../tag/outbox.js"
import { OperationQueue } from "../tag/queue.js"
import { ReviewApi } from "./api.js"
import { handleKey } from "./keyboard.js"
import { ReviewPage } from "./page.js"

export default framing("review", { key: wantedKey, onKey: handleKey, open })

/** @param {MountData} data */
function wantedKey(data) {
  return keyOf({ project: data.projectId, article: data.articleId })
}

/** @param {{project: string, article: string}} place Never the key of one's own labels on the same article. */
function keyOf({ project, article }) {
  return `review/${project}/${article}`
}

/**
 * @param {HTMLElement} root
 * @param {MountData} data
 * @param {() => boolean} current
 */
async function open(root, data, current) {
  const key = wantedKey(data)
  const api = new ReviewApi(data.projectId, data.csrf)
  const boot = await api.open(data.articleId)
  const place = { me: boot.me.id, project: boot.project.id, article: boot.article.id }
  const keep = new Keep(place, "review")
  if (!current()) return null
  const left = await keep.adopt(outbox.takeOver(key))
  if (!current()) {
    deliver(api, place, keep, left)
    return null
  }
  const page = new ReviewPage(root, boot, data, api, keep, left)
  outbox.onChange = () => page.status.light.showElsewhere(outbox.elsewhere(page.session.queue))
  outbox.add(key, page.session.queue, keep)
  page.focusRows()
  void deliverRest(api, boot.me.id, data)
  return page
}

/**
 * Sends what dead pages left behind of other articles.
 *
 * @param {ReviewApi} api
 * @param {string} me
 * @param {MountData} data
 */
async function deliverRest(api, me, data) {
  for (const place of await otherPlaces(me, data.articleId, "review")) {
    const keep = new Keep(place, "review")
    deliver(new ReviewApi(place.project, api.csrf), place, keep, await keep.adopt(outbox.takeOver(keyOf(place))))
  }
}

/**
 * Sends decisions on an article that is not open.
 *
 * @param {ReviewApi} api
 * @param {Place} place
 * @param {Keep} keep
 * @param {readonly Entry[]} entries
 */
function deliver(api, place, keep, entries) {
  /** @type {OperationQueue<OpsAnswer>} */
  const queue = new OperationQueue(
    {
      send: (client, base, ops) => api.decide(place.article, client, base, ops),
      save: (rest) => keep.save(rest),
      renew: () => api.renew(place.me),
      onStatus: () => {},
      onAnswer: () => {},
    },
    entries,
  )
  outbox.add(keyOf(place), queue, keep)
  void queue.flush()
}
