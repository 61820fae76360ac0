/** @import {Codebook, Span, Statement} from "./types.js" */
/** @import {Entry} from "./suggest.js" */
/** @import {State} from "./model.js" */
import { t } from "../shared/i18n.js"
import { newId } from "../shared/ids.js"
import { creation, entryOf, namesOf } from "./suggest.js"

/**
 * What a statement form holds; plain data, so that an unfinished one can be kept.
 *
 * @typedef {object} FormValues
 * @property {string | null} editing The statement being changed, or null for a new one.
 * @property {Entry | null} speaker
 * @property {Entry | null} holder
 * @property {string} stance
 * @property {Entry | null} claim
 * @property {string} certainty
 * @property {Span[]} evidence Those that are not stored yet among them.
 * @property {Entry[]} reported_by
 * @property {Entry | null} addressee
 * @property {string} venue
 * @property {string} statement_date
 * @property {string} note
 * @property {Record<string, string>} [loose] By field, what was typed there without being an entry yet.
 * @property {string} [mention] The unlinked mention that the speaker was proposed from.
 */

const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/

/** What the fields are called; also in messages about missing ones. */
export function fieldNames() {
  return {
    speaker: t("Speaker"),
    holder: t("On behalf of"),
    stance: t("Stance"),
    claim: t("Claim"),
    certainty: t("Certainty"),
    evidence: t("Evidence"),
    reported_by: t("Reported by"),
    addressee: t("Addressee"),
    venue: t("Venue"),
    statement_date: t("Date"),
    note: t("Note"),
  }
}

/**
 * What a part of a statement is called.
 *
 * @param {string} part As the statement names it.
 */
export function nameOfPart(part) {
  const names = fieldNames()
  const short = part.replace(/_id$/, "")
  return /** @type {Record<string, string>} */ (names)[part] ?? /** @type {Record<string, string>} */ (names)[short] ?? part
}

/**
 * @param {Codebook} codebook
 * @returns {FormValues}
 */
export function emptyValues(codebook) {
  return {
    editing: null,
    speaker: null,
    holder: null,
    stance: "",
    claim: null,
    certainty: codebook.shown.includes("certainty") ? (codebook.certainties[0]?.name ?? "") : "",
    evidence: [],
    reported_by: [],
    addressee: null,
    venue: "",
    statement_date: "",
    note: "",
  }
}

/**
 * @param {State} state
 * @param {Statement} statement
 * @returns {FormValues}
 */
export function valuesOf(state, statement) {
  /** @param {string | null | undefined} id */
  const actor = (id) => {
    const found = state.actors.get(id ?? "")
    return found ? entryOf(found) : null
  }
  const claim = state.claims.get(statement.claim_id)
  return {
    editing: statement.id,
    speaker: actor(statement.speaker_id),
    holder: actor(statement.holder_id),
    stance: statement.stance,
    claim: claim ? entryOf(claim) : null,
    certainty: statement.certainty ?? "",
    evidence: statement.evidence.flatMap((id) => state.spans.get(id) ?? []),
    reported_by: statement.reported_by.flatMap((id) => actor(id) ?? []),
    addressee: actor(statement.addressee_id),
    venue: statement.venue ?? "",
    statement_date: statement.statement_date ?? "",
    note: statement.note ?? "",
  }
}

/**
 * Names of the fields that must be filled and are not; stance and claim always must.
 *
 * @param {FormValues} values
 * @param {Codebook} codebook
 * @returns {string[]}
 */
export function missingFields(values, codebook) {
  const needed = new Set(["stance", "claim", ...codebook.required])
  return Object.keys(fieldNames()).filter((name) => {
    const value = values[/** @type {keyof FormValues} */ (name)]
    return needed.has(name) && (!value || (Array.isArray(value) && value.length === 0))
  })
}

/**
 * The same for a stored statement.
 *
 * @param {State} state
 * @param {Statement} statement
 * @param {Codebook} codebook
 */
export function missingIn(state, statement, codebook) {
  return missingFields(valuesOf(state, statement), codebook)
}

/**
 * @param {string} text
 */
export function isDate(text) {
  return text === "" || DATE.test(text)
}

/**
 * The operations that store what the form holds.
 *
 * @param {FormValues} values Complete.
 * @param {State} state
 * @returns {Record<string, any>[]}
 */
export function operationsOf(values, state) {
  const fresh = values.evidence
    .filter((span) => !state.spans.has(span.id))
    .map(({ id, kind, start, end, quote }) => ({ id, kind, start, end, quote, actor_id: null }))
  const { id: _, ...fields } = statementOf(values, "")
  const before = values.editing ? state.statements.get(values.editing) : undefined
  /** @type {Record<string, any>[]} */
  const ops = [...registryOperations(values, state), ...linkOperation(values, state)]
  if (before) {
    const set = changedFields(before, fields)
    if (Object.keys(set).length > 0) {
      ops.push({ kind: "change_statement", statement_id: before.id, set, ...(fresh.length > 0 ? { spans: fresh } : {}) })
    }
  } else {
    ops.push({ kind: "add_statement", statement: statementOf(values, newId()), ...(fresh.length > 0 ? { spans: fresh } : {}) })
  }
  return ops
}

/**
 * @param {FormValues} values
 * @param {string} id
 * @returns {Statement}
 */
function statementOf(values, id) {
  return {
    id,
    claim_id: values.claim?.id ?? "",
    stance: values.stance,
    speaker_id: values.speaker?.id ?? null,
    holder_id: values.holder && values.holder.id !== values.speaker?.id ? values.holder.id : null,
    certainty: values.certainty || null,
    evidence: [...values.evidence].sort((a, b) => a.start - b.start || a.end - b.end).map((span) => span.id),
    addressee_id: values.addressee?.id ?? null,
    reported_by: values.reported_by.map((entry) => entry.id),
    venue: values.venue.trim(),
    statement_date: values.statement_date || null,
    note: values.note.trim(),
  }
}

/**
 * Whether a stored statement says what the form does, on the same evidence.
 *
 * @param {FormValues} values
 * @param {Statement} statement
 */
export function saysTheSame(values, statement) {
  /** @type {Record<string, any>} */
  const mine = statementOf(values, statement.id)
  /** @type {Record<string, any>} */
  const theirs = statement
  const told = ["claim_id", "stance", "speaker_id", "holder_id", "certainty", "evidence", "addressee_id", "reported_by"]
  return told.every((name) => JSON.stringify(mine[name] || null) === JSON.stringify(theirs[name] || null))
}

/**
 * @param {FormValues} values
 * @param {State} state
 */
function registryOperations(values, state) {
  const { speaker, holder, addressee, reported_by: chain, claim } = values
  const fresh = [speaker, holder, addressee, ...chain].filter((entry) => entry?.isNew && !state.actors.has(entry.id))
  if (claim?.isNew && !state.claims.has(claim.id)) fresh.push(claim)
  const entries = new Map(fresh.map((entry) => [entry?.id, /** @type {Entry} */ (entry)]))
  return [...entries.values()].map(creation)
}

/**
 * The mention that the speaker was proposed from means that speaker, if it carries the name.
 *
 * @param {FormValues} values
 * @param {State} state
 */
function linkOperation(values, state) {
  const mention = state.spans.get(values.mention ?? "")
  if (!mention || mention.actor_id || !values.speaker) return []
  if (!namesOf(values.speaker).includes(mention.quote)) return []
  return [{ kind: "change_span", span_id: mention.id, set: { actor_id: values.speaker.id } }]
}

/**
 * @param {Statement} before
 * @param {Omit<Statement, "id">} after
 */
function changedFields(before, after) {
  /** @type {Record<string, any>} */
  const old = { ...before }
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(old[name] || null) !== JSON.stringify(value || null)),
  )
}
