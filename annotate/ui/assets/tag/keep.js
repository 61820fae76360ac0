/** @import {Entry} from "./queue.js" */
/** @import {Draft} from "./drafts.js" */
import { newId } from "./ids.js"

/**
 * What survives a reload or a crash, in localStorage: operations not yet acknowledged, one item
 * for each page instance and label set, and unfinished statements, one item each.
 */
const LOCK = "claimdesk:ops:"

/** What is kept apart: operations on one's own labels, and those of reviewing. @typedef {"tag" | "review"} KeepKind */

/** @type {Record<KeepKind, {ops: string, drafts: string}>} */
const PREFIXES = {
  tag: { ops: LOCK, drafts: "claimdesk:draft:" },
  review: { ops: "claimdesk:review:", drafts: "claimdesk:review-draft:" },
}

/** This page instance: two tabs never write to the same item. */
const page = newId()

/** Held as long as the page lives, so that no other tab takes its operations over meanwhile. */
if (typeof navigator !== "undefined" && navigator.locks) {
  void navigator.locks.request(LOCK + page, () => new Promise(() => {}))
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
    this.working = write(this.key, entries.length > 0 ? JSON.stringify(entries) : null)
  }

  /**
   * Takes over what dead page instances left of this label set, oldest first.
   *
   * @param {readonly Entry[]} [mine] What this page instance itself has still to send; it comes first.
   */
  async adopt(mine = []) {
    const { me, project, article } = this.place
    const found = await abandoned(`${PREFIXES[this.kind].ops}${me}:${project}:${article}:`)
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
    write(this.draftPrefix + draft.id, JSON.stringify(draft))
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
  const found = await abandoned(prefix)
  /** @type {Map<string, Place>} */
  const places = new Map()
  for (const { key } of found) {
    const [project, article] = key.slice(prefix.length).split(":")
    if (project && article && article !== exceptArticle) places.set(article, { me, project, article })
  }
  return [...places.values()]
}

/** @param {string} prefix */
async function abandoned(prefix) {
  const living = await livingPages()
  /** @type {{key: string, entries: Entry[]}[]} */
  const found = []
  for (const key of keys(prefix)) {
    const owner = key.slice(key.lastIndexOf(":") + 1)
    if (owner === page || living.has(LOCK + owner)) continue
    const entries = read(key)
    if (Array.isArray(entries) && entries.length > 0) found.push({ key, entries })
  }
  return found
}

/** @returns {Promise<Set<string | undefined>>} */
async function livingPages() {
  // Without the lock manager (plain http to another host) nobody can be known to live; taking
  // over from a living page only means that operations are sent twice, which is harmless.
  const state = await navigator.locks?.query()
  return new Set((state?.held ?? []).map((lock) => lock.name))
}

/** @param {string} prefix */
function keys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

/**
 * @param {string} key
 * @returns {unknown} Null also for what is not ours or damaged.
 */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null")
  } catch {
    return null
  }
}

/**
 * @param {string} key
 * @param {string | null} value
 */
function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}
