/** @import {MountData} from "./types.js" */
/** @import {Entry} from "./queue.js" */
/** @import {Place} from "./keep.js" */
import { Api } from "./api.js"
import { framing } from "./frame.js"
import { handleKey } from "./keyboard.js"
import { giveBack } from "./drafts.js"
import { Keep, otherPlaces } from "./keep.js"
import { outbox } from "./outbox.js"
import { TagPage } from "./page.js"
import { OperationQueue } from "./queue.js"

export default framing("tag", { key: wantedKey, onKey: handleKey, open })

/** @param {MountData} data */
function wantedKey(data) {
  return keyOf({ project: data.projectId, article: data.articleId })
}

/**
 * @param {HTMLElement} root
 * @param {MountData} data
 * @param {() => boolean} current
 */
async function open(root, data, current) {
  const key = wantedKey(data)
  const api = new Api(data.projectId, data.csrf)
  const boot = await api.boot(data.articleId)
  const place = { me: boot.me.id, project: boot.project.id, article: boot.article.id }
  const keep = new Keep(place)
  if (!current()) return null
  const left = await keep.adopt(outbox.takeOver(key))
  if (!current()) {
    deliver(api, place, keep, left)
    return null
  }
  const page = new TagPage(root, boot, data, api, keep, left)
  outbox.onChange = () => page.status.light.showElsewhere(outbox.elsewhere(page.session.queue))
  outbox.add(key, page.session.queue, keep)
  page.focusText()
  void deliverRest(api, boot.me.id, data)
  return page
}

/** @param {{project: string, article: string}} place */
function keyOf({ project, article }) {
  return `${project}/${article}`
}

/**
 * Sends what dead pages left behind of other articles.
 *
 * @param {Api} api
 * @param {string} me
 * @param {MountData} data
 */
async function deliverRest(api, me, data) {
  for (const place of await otherPlaces(me, data.articleId)) {
    const keep = new Keep(place)
    deliver(new Api(place.project, api.csrf), place, keep, await keep.adopt(outbox.takeOver(keyOf(place))))
  }
}

/**
 * Sends operations of an article that is not open.
 *
 * @param {Api} api
 * @param {Place} place
 * @param {Keep} keep
 * @param {readonly Entry[]} entries
 */
function deliver(api, place, keep, entries) {
  const queue = new OperationQueue(
    {
      send: (client, base, ops) => api.send(place.article, client, base, ops),
      save: (rest) => keep.save(rest),
      renew: () => api.renew(place.me),
      onStatus: () => {},
      onAnswer: (sent, _answer, outcomes) => giveBack(keep, sent, outcomes),
    },
    entries,
  )
  outbox.add(keyOf(place), queue, keep)
  void queue.flush()
}
