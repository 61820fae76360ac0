/** @import {ReviewPage} from "./page.js" */
/** @import {Row} from "./types.js" */
import { t } from "../shared/i18n.js"

/**
 * Several rows as one that waits for a decision upon all their versions. Its id is the one that the
 * server will give it: that of the row with the first version.
 *
 * @param {readonly Row[]} rows
 * @returns {Row}
 */
export function joinedRow(rows) {
  const first = /** @type {Row} */ (rows.toSorted((a, b) => (firstSet(a) < firstSet(b) ? -1 : 1))[0])
  const versions = rows.flatMap((row) => row.versions).sort((a, b) => (a.letter < b.letter ? -1 : 1))
  return { ...first, versions, verdict: "partly", differs: [], decision: null, raised: "", joined: rows.length }
}

/** @param {Row} row */
function firstSet(row) {
  return row.versions.map((version) => version.label_set_id).sort()[0] ?? ""
}

/**
 * Why two rows cannot be one; empty if they can.
 *
 * @param {Row} one
 * @param {Row} other
 * @returns {"" | "kind" | "coder" | "written"}
 */
export function unfit(one, other) {
  if (one.kind !== other.kind || one.kind === "document_label") return "kind"
  if (one.versions.length === 0 || other.versions.length === 0) return "written"
  const coders = new Set(one.versions.map((version) => version.letter))
  return other.versions.some((version) => coders.has(version.letter)) ? "coder" : ""
}

/**
 * Rows with some of them put together, each in the place of the first of its parts.
 *
 * @param {readonly Row[]} rows
 * @param {readonly (readonly string[])[]} joins Ids of rows that are one.
 * @returns {Row[]}
 */
export function withJoins(rows, joins) {
  /** @type {Map<string, Row | null>} What stands in the place of a row; null for nothing. */
  const instead = new Map()
  for (const ids of joins) {
    const parts = rows.filter((row) => ids.includes(row.id))
    if (parts.length < 2 || parts.some((part, i) => parts.some((other, j) => j > i && unfit(part, other) !== ""))) continue
    parts.forEach((part, i) => instead.set(part.id, i === 0 ? joinedRow(parts) : null))
  }
  return rows.flatMap((row) => (instead.has(row.id) ? (instead.get(row.id) ?? []) : row))
}

/** Rows that the alignment held apart and somebody puts together before they decide. */
export class Joining {
  /** @param {ReviewPage} page */
  constructor(page) {
    this.page = page
    /** The row that waits for the other one. */
    this.marked = ""
    /** @type {string[][]} */
    this.joins = []
    /** @type {{from: readonly Row[], joins: string[][], rows: Row[]}} */
    this.seen = { from: [], joins: [], rows: [] }
  }

  /**
   * @param {readonly Row[]} from
   * @returns {Row[]}
   */
  rows(from) {
    if (this.seen.from !== from || this.seen.joins !== this.joins) this.seen = { from, joins: this.joins, rows: withJoins(from, this.joins) }
    return this.seen.rows
  }

  /** Marks a row, joins it with the one that is marked, or marks it no longer. */
  pick(id = this.page.active) {
    const { page, marked } = this
    const row = page.row(id)
    if (!row || !page.actions.allowed()) return
    const other = marked === id ? undefined : page.row(marked)
    const why = other ? unfit(row, other) : row.kind === "document_label" ? "kind" : row.versions.length === 0 ? "written" : ""
    page.toasts.clearNotes()
    if (why) return page.toasts.show(reasonWords(why))
    page.touchRow(id)
    this.marked = other || marked === id ? "" : id
    if (other) this.join(other, row)
    else if (this.marked) page.toasts.show(t("Now the row that says the same: T joins them"))
    page.refresh()
    page.focusRows()
  }

  /**
   * @param {Row} one
   * @param {Row} other
   */
  join(one, other) {
    const parts = [one, other].map((row) => this.joins.find((ids) => this.idOf(ids) === row.id) ?? [row.id])
    this.joins = [...this.joins.filter((ids) => !parts.includes(ids)), parts.flat()]
    for (const id of parts.flat()) this.page.picks.delete(id)
    this.page.active = this.idOf(parts.flat())
    this.page.say(t("The rows are joined: decide them as one"))
  }

  /** @param {readonly string[]} ids */
  idOf(ids) {
    return joinedRow(this.page.session.state.rows.filter((row) => ids.includes(row.id))).id
  }

  /** @param {string} id Of a joined row that is to be its parts again, or has been decided. */
  part(id) {
    if (this.marked === id) this.marked = ""
    const rest = this.joins.filter((ids) => !ids.includes(id))
    if (rest.length === this.joins.length) return
    this.joins = rest
    this.page.picks.delete(id)
  }

  clear() {
    if (this.marked === "") return false
    this.marked = ""
    this.page.toasts.clearNotes()
    this.page.refresh()
    return true
  }
}

/** @param {"kind" | "coder" | "written"} why */
function reasonWords(why) {
  const words = {
    kind: t("Only two statements, or two mentions, can be joined"),
    coder: t("A row holds one version of each coder: these are of the same"),
    written: t("What no coder recorded cannot be joined"),
  }
  return words[why]
}
