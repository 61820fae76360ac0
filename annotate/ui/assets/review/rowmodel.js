/** @import {Decision, Loop, Operation, Row, RowKind, Span, Version} from "./types.js" */
/** @import {Actor} from "../tag/types.js" */
/** @import {Entry} from "../tag/suggest.js" */
import { actorNamed, entryOf } from "../tag/suggest.js"
import { joinedRow } from "./joining.js"

/** The parts of a statement, in the order in which they are shown. */
export const STATEMENT_FIELDS = ["speaker_id", "holder_id", "stance", "claim_id", "certainty", "evidence", "addressee_id", "reported_by", "venue", "statement_date", "note"]

/** @type {Record<RowKind, readonly string[]>} `place`: both ends of a span, which go together. */
export const FIELDS = { statement: STATEMENT_FIELDS, span: ["place", "kind", "actor_id"], document_label: ["values"] }

/** Fields that a statement always shows; the others only where somebody filled them in. */
const ALWAYS = ["speaker_id", "stance", "claim_id", "evidence"]

/** Which coder's version is taken for which field. @typedef {Record<string, string>} Picks */

/** What a row can show: a version, or what stands in gold. @typedef {Pick<Version, "entity" | "spans">} Content */

/**
 * Whether a decision about the row is still wanted.
 *
 * @param {Row} row
 */
export function waits(row) {
  return row.decision === null || row.raised !== ""
}

/**
 * @param {readonly Row[]} rows
 * @returns {{decided: number, open: number, shared: number, unanimous: Record<RowKind, number>}} Of the statements, `shared` those that several coders have; unanimous rows that wait, by kind.
 */
export function countsOf(rows) {
  const statements = rows.filter((row) => row.kind === "statement")
  const open = statements.filter(waits).length
  const unanimous = { statement: 0, span: 0, document_label: 0 }
  for (const row of rows) if (row.verdict === "unanimous" && waits(row)) unanimous[row.kind] += 1
  return { decided: statements.length - open, open, shared: statements.filter((row) => row.versions.length > 1).length, unanimous }
}

/**
 * A field's value as text to compare: evidence by its places, not by the ids of its spans.
 *
 * @param {Content} content
 * @param {string} field
 */
export function valueKey({ entity, spans }, field) {
  if (field === "evidence") {
    return JSON.stringify(spans.map(({ start, end }) => [start, end]).sort((a, b) => /** @type {number} */ (a[0]) - /** @type {number} */ (b[0]) || /** @type {number} */ (a[1]) - /** @type {number} */ (b[1])))
  }
  /** @type {Record<string, any>} */
  const fields = { ...entity }
  if (field === "place") return JSON.stringify([fields.start, fields.end])
  // Whoever speaks for nobody else speaks for themself.
  const value = fields[field] ?? (field === "holder_id" ? fields.speaker_id : null) ?? null
  if (field === "values") return JSON.stringify([...(value ?? [])].sort())
  return JSON.stringify(value === "" || (Array.isArray(value) && value.length === 0) ? null : value)
}

/**
 * The fields that a row shows.
 *
 * @param {Row} row
 */
export function fieldsShown(row) {
  const contents = contentsOf(row)
  return FIELDS[row.kind].filter((field) => row.kind !== "statement" || ALWAYS.includes(field) || contents.some((content) => valueKey(content, field) !== "null"))
}

/**
 * @param {Row} row
 * @returns {Content[]}
 */
function contentsOf(row) {
  const gold = row.decision?.entity ? [{ entity: row.decision.entity, spans: row.decision.spans }] : []
  return [...row.versions, ...gold]
}

/**
 * The fields in which versions differ.
 *
 * @param {Row} row
 */
export function differing(row) {
  if (row.versions.length < 2) return []
  return FIELDS[row.kind].filter((field) => new Set(row.versions.map((version) => valueKey(version, field))).size > 1)
}

/**
 * What is picked before anybody has: what stands in gold, else what most coders say. Where they
 * are divided evenly nothing is, so that nobody's version wins by being the first.
 *
 * @param {Row} row
 * @returns {Picks}
 */
export function defaultPicks(row) {
  /** @type {Picks} */
  const picks = {}
  const gold = row.decision?.entity ? { entity: row.decision.entity, spans: row.decision.spans } : null
  for (const field of differing(row)) {
    /** @type {Map<string, string[]>} */
    const said = new Map()
    for (const version of row.versions) {
      const key = valueKey(version, field)
      said.set(key, [...(said.get(key) ?? []), version.letter])
    }
    const most = [...said.values()].find((letters) => letters.length * 2 > row.versions.length)
    const chosen = gold ? said.get(valueKey(gold, field)) : most
    if (chosen?.[0]) picks[field] = chosen[0]
  }
  return picks
}

/**
 * The fields for which a version is still to be chosen.
 *
 * @param {Row} row
 * @param {Picks} picks
 */
export function unpicked(row, picks) {
  return differing(row).filter((field) => !versionOf(row, picks[field]))
}

/**
 * @param {Row} row
 * @param {string | undefined} letter
 */
export function versionOf(row, letter) {
  return row.versions.find((version) => version.letter === letter)
}

/**
 * The label set to take each field from; what is the same in all comes from the version picked most.
 *
 * @param {Row} row
 * @param {Picks} picks
 * @returns {Record<string, string>}
 */
export function takeOf(row, picks) {
  const base = baseOf(row, picks)
  return Object.fromEntries(FIELDS[row.kind].flatMap((field) => {
    const { label_set_id: set } = versionOf(row, picks[field]) ?? base
    return field === "place" ? [["start", set], ["end", set]] : [[field, set]]
  }))
}

/**
 * @param {Row} row
 * @param {Picks} picks
 * @returns {Version}
 */
function baseOf(row, picks) {
  const taken = Object.values(picks)
  const times = (/** @type {Version} */ version) => taken.filter((letter) => letter === version.letter).length
  return /** @type {Version} */ (row.versions.toSorted((a, b) => times(b) - times(a))[0])
}

/**
 * What would stand in gold with these picks.
 *
 * @param {Row} row
 * @param {Picks} picks
 * @returns {Content}
 */
export function mixOf(row, picks) {
  const base = baseOf(row, picks)
  /** @type {Record<string, any>} */
  const entity = { ...base.entity }
  let { spans } = base
  for (const field of differing(row)) {
    const version = versionOf(row, picks[field]) ?? base
    /** @type {Record<string, any>} */
    const from = { ...version.entity }
    for (const part of field === "place" ? ["start", "end", "quote"] : [field]) entity[part] = from[part]
    if (field === "evidence") spans = version.spans
  }
  return { entity: /** @type {any} */ (entity), spans }
}

/**
 * Which versions a decision is about, and which decision it takes the place of.
 *
 * @param {Row} row
 */
export function aboutOf(row) {
  const { decision } = row
  const known = decision && !decision.id.startsWith("pending:")
  return { row_kind: row.kind, sources: sourcesOf(row), ...(known ? { decision_id: decision.id } : {}) }
}

/** @param {Row} row */
function sourcesOf(row) {
  return row.versions.map(({ label_set_id, entity_id, digest }) => ({ label_set_id, entity_id, digest }))
}

/**
 * The name of the document label that a row is about.
 *
 * @param {Row} row
 */
export function labelOf(row) {
  return row.versions[0]?.entity_id ?? row.decision?.entity_id ?? ""
}

/**
 * Where a row stands in the text, code points; behind all text for one without a place.
 *
 * @param {Row} row
 */
export function placeOf(row) {
  const starts = contentsOf(row).flatMap(({ entity, spans }) => [...spans, ...("start" in entity ? [entity] : [])].map((span) => span.start))
  return Math.min(Number.MAX_SAFE_INTEGER, ...starts)
}

/**
 * What an operation does to the rows, as far as it can be told before the server has answered.
 *
 * @param {Loop} loop
 * @param {Operation} op
 * @returns {Loop}
 */
export function withOperation(loop, op) {
  switch (op.kind) {
    case "decide":
      if (op.sources.length === 0) return { ...loop, rows: loop.rows.map((row) => (row.decision && row.decision.id === op.decision_id ? rewritten(row, row.decision, op) : row)) }
      return changed(loop, op.sources, (row) => decided(row, guess(row, op)))
    case "reject":
      return changed(loop, op.sources, (row) => decided(row, { ...blank(op), verdict: "rejected", reason: op.reason }))
    case "accept_unanimous":
      return { ...loop, rows: loop.rows.map((row) => (row.verdict === "unanimous" && waits(row) ? decided(row, accepted(row, op)) : row)) }
    case "write":
      return { ...loop, rows: withWritten(loop.rows, op) }
    case "keep":
      return { ...loop, rows: loop.rows.map((row) => (row.decision?.id === op.decision_id ? { ...row, raised: "" } : row)) }
    case "reopen":
      return {
        ...loop,
        rows: loop.rows.flatMap((row) => (row.decision?.id !== op.decision_id ? row : row.versions.length === 0 ? [] : { ...row, decision: null, raised: "" })),
      }
    default:
      return loop
  }
}

/**
 * @param {Loop} loop
 * @param {{label_set_id: string, entity_id: string}[]} sources
 * @param {(row: Row) => Row} change
 * @returns {Loop}
 */
function changed(loop, sources, change) {
  const ids = new Set(sources.map(({ label_set_id, entity_id }) => `${label_set_id}/${entity_id}`))
  const meant = loop.rows.filter((row) => row.versions.some((version) => ids.has(`${version.label_set_id}/${version.entity_id}`)))
  if (meant.length < 2) return { ...loop, rows: loop.rows.map((row) => (meant.includes(row) ? change(row) : row)) }
  // What is decided as one is one row from then on.
  const { joined: _, ...one } = joinedRow(meant)
  return { ...loop, rows: loop.rows.flatMap((row) => (row === meant[0] ? change(one) : meant.includes(row) ? [] : row)) }
}

/**
 * @param {Row} row
 * @param {Decision} before
 * @param {Operation} op
 * @returns {Row}
 */
function rewritten(row, before, op) {
  const entity = /** @type {any} */ ({ ...before.entity, ...op.set })
  return decided(row, { ...before, entity, spans: op.set?.evidence ? (op.spans ?? []) : before.spans })
}

/**
 * @param {Row} row
 * @param {Decision} decision
 * @returns {Row}
 */
function decided(row, decision) {
  return { ...row, decision, raised: "" }
}

/**
 * @param {Operation} op
 * @returns {Decision}
 */
function blank(op) {
  return { id: `pending:${op.id}`, verdict: "accepted", reason: op.reason ?? "", by: "", at: "", entity: null, spans: [] }
}

/**
 * @param {Row} row
 * @param {Operation} op
 * @returns {Decision}
 */
function accepted(row, op) {
  const version = row.versions[0]
  return { ...blank(op), entity: version?.entity ?? null, spans: version?.spans ?? [] }
}

/**
 * @param {Row} row
 * @param {Operation} op
 * @returns {Decision}
 */
function guess(row, op) {
  /** @type {Picks} */
  const picks = {}
  for (const [field, set] of Object.entries(op.take ?? {})) {
    const version = row.versions.find((item) => item.label_set_id === set)
    if (version) picks[field === "start" ? "place" : field] = version.letter
  }
  const { entity, spans } = mixOf(row, picks)
  const edited = op.set && Object.keys(op.set).length > 0
  const several = differing(row).length > 0 && new Set(Object.values(op.take ?? {})).size > 1
  const words = edited && op.set.evidence ? /** @type {Span[]} */ (op.spans ?? []) : spans
  return { ...blank(op), verdict: edited ? "edited" : several ? "mixed" : "accepted", entity: /** @type {any} */ ({ ...entity, ...op.set }), spans: words }
}

/**
 * @param {Row[]} rows
 * @param {Operation} op
 * @returns {Row[]}
 */
function withWritten(rows, op) {
  /** @type {Row} */
  const row = {
    id: `pending:${op.id}`, kind: "statement", verdict: "single", differs: [], versions: [], raised: "",
    decision: { ...blank(op), verdict: "written", entity: op.statement, spans: op.spans ?? [] },
  }
  const at = rows.findIndex((item) => item.kind !== "statement" || placeOf(item) > placeOf(row))
  return at < 0 ? [...rows, row] : rows.toSpliced(at, 0, row)
}

/**
 * Every span that a coder or gold has, with the rows that it belongs to; a coder's letter, or "" for gold alone.
 *
 * @typedef {Span & {letter: string, rows: string[]}} PlacedSpan
 *
 * @param {readonly Row[]} rows
 * @returns {PlacedSpan[]}
 */
export function placedSpans(rows) {
  /** @type {Map<string, PlacedSpan>} */
  const found = new Map()
  for (const row of rows) {
    for (const { letter, entity, spans } of row.versions) {
      for (const span of [...spans, ...("start" in entity ? [entity] : [])]) {
        const known = found.get(span.id)
        if (known) known.rows.push(row.id)
        else found.set(span.id, { ...span, letter, rows: [row.id] })
      }
    }
  }
  for (const row of rows) for (const span of ownSpans(row)) found.set(`gold/${span.id}`, { ...span, id: `gold/${span.id}`, letter: "", rows: [row.id] })
  return [...found.values()]
}

/**
 * What gold has of a row at a place where none of its versions has it.
 *
 * @param {Row} row
 * @returns {Span[]}
 */
function ownSpans({ versions, decision }) {
  const entity = decision?.entity
  if (!decision || !entity) return []
  const all = (/** @type {Content} */ content) => [...content.spans, ...("start" in content.entity ? [content.entity] : [])]
  const key = (/** @type {Span} */ { start, end, kind }) => `${start}-${end} ${kind}`
  const theirs = new Set(versions.flatMap(all).map(key))
  return all({ entity, spans: decision.spans }).filter((span) => !theirs.has(key(span)))
}

/**
 * The actor whom words name: the one that a coder linked to these very words, else to a mention within or around them.
 *
 * @param {{start: number, end: number, quote: string}} words
 * @param {readonly PlacedSpan[]} spans
 * @param {Record<string, Actor>} actors
 * @returns {Entry | null}
 */
export function actorOf(words, spans, actors) {
  const near = spans.filter((span) => span.actor_id && actors[span.actor_id] && span.start < words.end && words.start < span.end)
  const apart = (/** @type {PlacedSpan} */ span) => Math.abs(span.start - words.start) + Math.abs(span.end - words.end)
  const linked = near.sort((a, b) => apart(a) - apart(b))[0]
  const actor = (linked && apart(linked) === 0 ? actors[linked.actor_id ?? ""] : undefined) ?? actorNamed(Object.values(actors), words.quote) ?? actors[linked?.actor_id ?? ""]
  return actor ? entryOf(actor) : null
}

/**
 * The row to go on with: the next one that waits, after this one and then from the top; null when none does.
 *
 * @param {readonly Row[]} rows
 * @param {string} id
 */
export function nextWaiting(rows, id) {
  const at = rows.findIndex((row) => row.id === id)
  const round = [...rows.slice(at + 1), ...rows.slice(0, at + 1)]
  return round.find((row) => row.id !== id && waits(row)) ?? null
}
