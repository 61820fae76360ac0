/** @import {Boot, Codebook, LabelSet, Operation, OpsAnswer, Patch, Span, Statement} from "../../annotate/ui/assets/tag/types.js" */
/** @import {State} from "../../annotate/ui/assets/tag/model.js" */
import { effectOf, stateOf, withPatch } from "../../annotate/ui/assets/tag/model.js"

export const TEXT = "金圣翰说：“韩国的态度是开放的”。"

/** @type {Codebook} */
export const CODEBOOK = {
  version: 1,
  span_kinds: [
    { name: "actor", en: "actor", zh: "行动者", colour: "#0072b2", key: "1" },
    { name: "evidence", en: "evidence", zh: "证据", colour: "#00785a", key: "3" },
  ],
  stances: [{ name: "support", en: "support", zh: "支持", key: "1", number: 1 }],
  certainties: [{ name: "stated", en: "stated", zh: "明言" }],
  document_labels: [],
  shown: ["speaker", "holder", "evidence", "certainty", "addressee", "reported_by", "venue", "statement_date", "note"],
  guidelines: [], required: ["speaker"],
}

/**
 * @param {string} id
 * @param {number} [start]
 * @param {number} [end]
 * @param {string} [kind]
 * @returns {Span}
 */
export function span(id, start = 0, end = 3, kind = "evidence") {
  return { id, kind, start, end, quote: [...TEXT].slice(start, end).join(""), actor_id: null }
}

/**
 * @param {string} id
 * @param {Partial<Statement>} [fields]
 * @returns {Statement}
 */
export function statement(id, fields = {}) {
  return { id, claim_id: "c1", stance: "support", speaker_id: "a1", holder_id: null, certainty: null, evidence: [], addressee_id: null, reported_by: [], venue: "", statement_date: null, note: "", ...fields }
}

/**
 * @param {Partial<LabelSet>} [fields]
 * @returns {LabelSet}
 */
export function labelSet(fields = {}) {
  return { id: "ls", revision: 0, status: "draft", spans: [], statements: [], document_labels: {}, can_undo: false, can_redo: false, ...fields }
}

/**
 * @param {Partial<LabelSet>} [fields]
 * @returns {Boot}
 */
export function boot(fields = {}) {
  return {
    article: { id: "article", revision: 1, title: "", text: TEXT, url: "", source: "", published_at: null, language: "zh-Hans" },
    boundaries: [0],
    project: { id: "project", name: "" },
    me: { id: "me", name: "me", display_name: "Me" },
    can_edit: true,
    codebook: CODEBOOK,
    label_set: labelSet(fields),
    registry: { actors: { a1: { id: "a1", name: "金圣翰", kind: "person" } }, claims: { c1: { id: "c1", text: "Seoul open" } } },
    queue: { mine: [], returned: [], done: 0, total: 0 },
  }
}

/** A server in miniature: applies operations at most once, refuses what it is told to, tells what changed. */
export class FakeServer {
  /** @param {Partial<LabelSet>} [fields] */
  constructor(fields = {}) {
    /** @type {State} */
    this.state = stateOf(labelSet(fields), { actors: {}, claims: {} })
    /** @type {Map<string, number>} How often an operation was applied. */
    this.applied = new Map()
    /** @type {{client: string, base: number, ops: Operation[]}[]} */
    this.requests = []
    /** @type {{revision: number, patch: Patch}[]} */
    this.log = []
    /** Operations refused by id. @type {Set<string>} */
    this.refuses = new Set()
  }

  /**
   * Somebody else changes something.
   *
   * @param {Patch} patch
   */
  change(patch) {
    this.state = { ...withPatch(this.state, patch), revision: this.state.revision + 1 }
    this.log.push({ revision: this.state.revision, patch })
  }

  /**
   * @param {string} client
   * @param {number} base
   * @param {Operation[]} ops
   * @returns {OpsAnswer}
   */
  handle(client, base, ops) {
    this.requests.push({ client, base, ops })
    /** @type {Patch} */
    const refused = {}
    const outcomes = ops.map((op) => this.one(op, refused))
    return {
      revision: this.state.revision,
      status: this.state.status,
      can_undo: true,
      can_redo: false,
      label_set_id: "ls",
      outcomes,
      changes: this.changes(base, refused),
    }
  }

  /**
   * @param {Operation} op
   * @param {Patch} refused Written to.
   * @returns {import("../../annotate/ui/assets/tag/types.js").Outcome}
   */
  one(op, refused) {
    if (this.applied.has(op.id)) return { id: op.id, state: "duplicate" }
    const patch = effectOf(this.state, op)
    if (this.refuses.has(op.id) || this.refuses.has(op.span_id ?? op.span?.id)) {
      Object.assign(refused, { spans: { ...refused.spans, ...patch.spans } })
      return { id: op.id, state: "refused", code: "conflict", message: "Somebody was faster" }
    }
    this.applied.set(op.id, (this.applied.get(op.id) ?? 0) + 1)
    this.change(patch)
    return { id: op.id, state: "applied" }
  }

  /**
   * @param {number} base
   * @param {Patch} refused
   * @returns {Patch}
   */
  changes(base, refused) {
    const touched = [...this.log.filter((item) => item.revision > base).map((item) => item.patch), refused]
    /** @type {Required<Pick<Patch, "spans" | "statements">>} */
    const found = { spans: {}, statements: {} }
    for (const patch of touched) {
      for (const id of Object.keys(patch.spans ?? {})) found.spans[id] = this.state.spans.get(id) ?? null
      for (const id of Object.keys(patch.statements ?? {})) found.statements[id] = this.state.statements.get(id) ?? null
    }
    return found
  }
}

/** Lets everything that is ready run. */
export async function settle() {
  for (let i = 0; i < 20; i++) await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
}
