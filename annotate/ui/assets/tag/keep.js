/** @import {Entry} from "./queue.js" */
/** @import {Draft} from "./drafts.js" */
import { abandoned, keys, page, read, write } from "../shared/storage.js"

/**
 * What survives a reload or a crash, in localStorage: operations not yet acknowledged, one item
 * for each page instance and label set, and unfinished statements, one item each.
 *
 * What is kept apart: operations on one's own labels, and those of reviewing.
 *
 * @typedef {"tag" | "review"} KeepKind
 */

/** @type {Record<KeepKind, {ops: string, drafts: string}>} */
const PREFIXES = {
  tag: { ops: "claimdesk:ops:", drafts: "claimdesk:draft:" },
  review: { ops: "claimdesk:review:", drafts: "claimdesk:review-draft:" },
}

/** @typedef {{me: string, project: string, article: string}} Place Whose label set on what. */

export class Keep {
  /**
   * @param {Place} place
   * @param {KeepKind} [kind]
   */
  constructor(place, kind = "tag") {
    this.place = place
    this.kind = kind
    this.key = `${PREFIXES[kind].ops}${place.me}:${place.project}:${place.article}:${page}`
    /** False once the browser has refused to store: leaving the page would then lose work. */
    this.working = true
  }

  /** @param {readonly Entry[]} entries */
  save(entries) {
    this.working = write(this.key, entries.length > 0 ? entries : null)
  }

  /**
   * Takes over what dead page instances left of this label set, oldest first.
   *
   * @param {readonly Entry[]} [mine] What this page instance itself has still to send; it comes first.
   */
  async adopt(mine = []) {
    const { me, project, article } = this.place
    const found = await waiting(`${PREFIXES[this.kind].ops}${me}:${project}:${article}:`)
    const theirs = found.flatMap((item) => item.entries).sort((a, b) => (a.op.id < b.op.id ? -1 : 1))
    const entries = [...mine, ...theirs]
    if (entries.length > 0) {
      this.save(entries)
      if (this.working) for (const item of found) if (item.key !== this.key) write(item.key, null)
    }
    return entries
  }

  /** @returns {Draft[]} The unfinished statements of this label set, newest first. */
  drafts() {
    const found = keys(this.draftPrefix).flatMap((key) => /** @type {Draft | null} */ (read(key)) ?? [])
    return found.sort((a, b) => (a.id < b.id ? 1 : -1))
  }

  /** @param {Draft} draft */
  saveDraft(draft) {
    write(this.draftPrefix + draft.id, draft)
  }

  /** @param {string} id */
  dropDraft(id) {
    write(this.draftPrefix + id, null)
  }

  get draftPrefix() {
    return `${this.unfinishedPrefix}${this.place.article}:`
  }

  get unfinishedPrefix() {
    return `${PREFIXES[this.kind].drafts}${this.place.me}:${this.place.project}:`
  }

  /** @returns {Set<string>} Articles of the project on which unfinished statements are kept. */
  unfinished() {
    const { length } = this.unfinishedPrefix
    return new Set(keys(this.unfinishedPrefix).map((key) => key.slice(length, key.lastIndexOf(":"))))
  }
}

/**
 * Other label sets of a person for which operations wait that no living page sends.
 *
 * @param {string} me
 * @param {string} exceptArticle
 * @param {KeepKind} [kind]
 * @returns {Promise<Place[]>}
 */
export async function otherPlaces(me, exceptArticle, kind = "tag") {
  const prefix = `${PREFIXES[kind].ops}${me}:`
  const found = await waiting(prefix)
  /** @type {Map<string, Place>} */
  const places = new Map()
  for (const { key } of found) {
    const [project, article] = key.slice(prefix.length).split(":")
    if (project && article && article !== exceptArticle) places.set(article, { me, project, article })
  }
  return [...places.values()]
}

/** @param {string} prefix What pages that are gone have not sent. */
async function waiting(prefix) {
  const found = await abandoned(prefix)
  return found.flatMap(({ key, value }) => {
    const entries = Array.isArray(value) ? /** @type {Entry[]} */ (value) : []
    return entries.length > 0 ? [{ key, entries }] : []
  })
}
