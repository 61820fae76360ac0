/** @import {Boot, LabelSet, Operation, OpsAnswer, Patch, Span, Statement, Actor, Claim, Status} from "./types.js" */

/**
 * The state of one label set together with the registry entries it refers to. Never changed in place.
 *
 * @typedef {object} State
 * @property {string | null} id
 * @property {number} revision
 * @property {Status} status
 * @property {ReadonlyMap<string, Span>} spans
 * @property {ReadonlyMap<string, Statement>} statements
 * @property {Readonly<Record<string, string[]>>} labels
 * @property {ReadonlyMap<string, Actor>} actors
 * @property {ReadonlyMap<string, Claim>} claims
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 */

/**
 * @param {LabelSet} set
 * @param {Boot["registry"]} registry
 * @returns {State}
 */
export function stateOf(set, registry) {
  return {
    id: set.id,
    revision: set.revision,
    status: set.status,
    spans: new Map(set.spans.map((span) => [span.id, span])),
    statements: new Map(set.statements.map((statement) => [statement.id, statement])),
    labels: set.document_labels ?? {},
    actors: new Map(Object.entries(registry.actors ?? {})),
    claims: new Map(Object.entries(registry.claims ?? {})),
    canUndo: set.can_undo ?? false,
    canRedo: set.can_redo ?? false,
  }
}

/**
 * What an operation does to a state. Undo, redo and changes of status are the server's to work
 * out: they have no effect of their own here.
 *
 * @param {State} state
 * @param {Operation} op
 * @returns {Patch}
 */
export function effectOf(state, op) {
  switch (op.kind) {
    case "add_span":
      return { spans: { [op.span.id]: op.span } }
    case "change_span": {
      const span = state.spans.get(op.span_id)
      return span ? { spans: { [span.id]: { ...span, ...op.set } } } : {}
    }
    case "remove_span":
      return removal(state, op.span_id)
    case "add_statement":
      return { spans: byId(op.spans), statements: { [op.statement.id]: op.statement } }
    case "change_statement": {
      const statement = state.statements.get(op.statement_id)
      if (!statement) return {}
      return { spans: byId(op.spans), statements: { [statement.id]: { ...statement, ...op.set } } }
    }
    case "remove_statement":
      return state.statements.has(op.statement_id) ? { statements: { [op.statement_id]: null } } : {}
    case "set_document_label":
      return { document_labels: { [op.name]: op.values } }
    case "create_actor":
      return { actors: { [op.actor.id]: op.actor } }
    case "create_claim":
      return { claims: { [op.claim.id]: op.claim } }
    default:
      return {}
  }
}

/**
 * The patch that takes `patch` back.
 *
 * @param {State} state The state before `patch`.
 * @param {Patch} patch
 * @returns {Patch}
 */
export function inverseOf(state, patch) {
  /** @type {Patch} */
  const found = {}
  for (const id of Object.keys(patch.spans ?? {})) (found.spans ??= {})[id] = state.spans.get(id) ?? null
  for (const id of Object.keys(patch.statements ?? {})) {
    ;(found.statements ??= {})[id] = state.statements.get(id) ?? null
  }
  for (const name of Object.keys(patch.document_labels ?? {})) {
    ;(found.document_labels ??= {})[name] = state.labels[name] ?? []
  }
  return found
}

/**
 * @param {State} state
 * @param {Patch} patch
 * @returns {State}
 */
export function withPatch(state, patch) {
  return {
    ...state,
    spans: merged(state.spans, patch.spans),
    statements: merged(state.statements, patch.statements),
    actors: merged(state.actors, patch.actors),
    claims: merged(state.claims, patch.claims),
    labels: mergedLabels(state.labels, patch.document_labels),
  }
}

/**
 * Takes the server's answer into the confirmed state: its values win over whatever stood here.
 *
 * @param {State} state
 * @param {OpsAnswer} answer
 * @returns {State}
 */
export function withAnswer(state, answer) {
  return {
    ...withPatch(state, answer.changes ?? {}),
    id: answer.label_set_id ?? state.id,
    revision: answer.revision,
    status: answer.status,
    canUndo: answer.can_undo,
    canRedo: answer.can_redo,
  }
}

/**
 * The confirmed state with the operations on their way on top: what the page shows.
 *
 * @param {State} base
 * @param {readonly {op: Operation, patch?: Patch}[]} entries `patch` is the guessed effect of undo and redo.
 * @returns {State}
 */
export function replay(base, entries) {
  return entries.reduce((state, entry) => withPatch(state, entry.patch ?? effectOf(state, entry.op)), base)
}

/**
 * Statements in the order of their first evidence; those on the whole article last.
 *
 * @param {State} state
 * @returns {Statement[]}
 */
export function byPosition(state) {
  const place = new Map([...state.statements.values()].map((item) => [item.id, firstPlace(state, item)]))
  return byAge(state).sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
}

/**
 * Statements in the order in which they were added: ids are time-ordered.
 *
 * @param {State} state
 */
export function byAge(state) {
  return [...state.statements.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/**
 * Spans in reading order, outer before inner.
 *
 * @param {State} state
 */
export function spansInOrder(state) {
  return [...state.spans.values()].sort((a, b) => a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1))
}

/**
 * @param {State} state
 * @param {Statement} statement
 */
function firstPlace(state, statement) {
  const starts = statement.evidence.map((id) => state.spans.get(id)?.start ?? Number.MAX_SAFE_INTEGER)
  return Math.min(Number.MAX_SAFE_INTEGER, ...starts)
}

/**
 * @param {State} state
 * @param {string} id
 * @returns {Patch}
 */
function removal(state, id) {
  if (!state.spans.has(id)) return {}
  /** @type {Record<string, Statement | null>} */
  const statements = {}
  for (const statement of state.statements.values()) {
    if (!statement.evidence.includes(id)) continue
    statements[statement.id] = { ...statement, evidence: statement.evidence.filter((item) => item !== id) }
  }
  return { spans: { [id]: null }, statements }
}

/**
 * @param {Span[] | undefined} spans
 * @returns {Record<string, Span>}
 */
function byId(spans) {
  return Object.fromEntries((spans ?? []).map((span) => [span.id, span]))
}

/**
 * @template T
 * @param {ReadonlyMap<string, T>} map
 * @param {Record<string, T | null> | undefined} changes
 * @returns {ReadonlyMap<string, T>}
 */
function merged(map, changes) {
  const entries = Object.entries(changes ?? {})
  if (entries.length === 0) return map
  const copy = new Map(map)
  for (const [id, value] of entries) {
    if (value === null) copy.delete(id)
    else copy.set(id, value)
  }
  return copy
}

/**
 * @param {Readonly<Record<string, string[]>>} labels
 * @param {Record<string, string[]> | undefined} changes
 */
function mergedLabels(labels, changes) {
  if (!changes || Object.keys(changes).length === 0) return labels
  const all = { ...labels, ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, values]) => values && values.length > 0))
}

/**
 * The document labels that have no value.
 *
 * @param {import("./types.js").Codebook} codebook
 * @param {Record<string, string[]>} labels
 */
export function unansweredIn(codebook, labels) {
  return codebook.document_labels.filter((definition) => (labels[definition.name] ?? []).length === 0)
}
