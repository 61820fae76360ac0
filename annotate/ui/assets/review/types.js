/**
 * The words of the reviewing API as types. Offsets are code points; ids are UUIDv7 text; times are UTC.
 *
 * @typedef {import("../tag/types.js").Span} Span
 * @typedef {import("../tag/types.js").Statement} Statement
 * @typedef {import("../tag/types.js").Operation} Operation
 * @typedef {import("../tag/types.js").Outcome} Outcome
 * @typedef {import("../shared/threads.js").Thread} Thread
 *
 * @typedef {object} Coder
 * @property {string} letter
 * @property {string | null} name Null while names are hidden.
 * @property {boolean} mine
 * @property {string} label_set_id
 * @property {import("../tag/types.js").Status} status
 * @property {number} number Of the submission that is shown; 1 is the first.
 * @property {string | null} submitted_at
 *
 * @typedef {{values: string[]}} DocumentLabel Its name is the version's `entity_id`.
 * @typedef {"statement" | "span" | "document_label"} RowKind
 *
 * @typedef {object} Version What one coder recorded.
 * @property {string} letter
 * @property {string} label_set_id
 * @property {string} entity_id
 * @property {string} digest Names the state in which it was seen.
 * @property {Statement | Span | DocumentLabel} entity
 * @property {Span[]} spans A statement's evidence.
 *
 * @typedef {object} Decision
 * @property {string} id
 * @property {"accepted" | "mixed" | "edited" | "written" | "rejected"} verdict
 * @property {string} reason
 * @property {string | null} by
 * @property {string} at
 * @property {string | null} [entity_id] Of what stands in gold; the name of a document label.
 * @property {Statement | Span | DocumentLabel | null} entity What stands in gold.
 * @property {Span[]} spans
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {RowKind} kind
 * @property {"unanimous" | "partly" | "single"} verdict
 * @property {string[]} differs
 * @property {Version[]} versions
 * @property {Decision | null} decision
 * @property {"" | "changed" | "added" | "gone"} raised Why a decided row waits again.
 * @property {number} [joined] How many rows somebody has put together in this one, not yet decided.
 *
 * @typedef {{part: string, value: number | null, n: number, reason: string}} Agreement
 * @typedef {{id: string | null, status: "draft" | "accepted" | null, revision: number}} Gold
 * @typedef {{actors: Record<string, import("../tag/types.js").Actor>, claims: Record<string, import("../tag/types.js").Claim>}} Registry
 *
 * @typedef {object} Loop What changes while an article is reviewed.
 * @property {string} mark Names the state of the rows as the server has told it last.
 * @property {Row[]} rows
 * @property {Gold} gold
 * @property {Coder[]} coders
 * @property {Registry} registry
 * @property {Agreement[]} agreement
 * @property {Thread[]} threads
 * @property {boolean} can_undo
 * @property {boolean} can_redo
 *
 * @typedef {object} Setting What stays while an article is reviewed.
 * @property {import("../tag/types.js").Article} article
 * @property {number[]} boundaries
 * @property {{id: string, name: string, blind: boolean, hide_coders: boolean}} project
 * @property {{id: string, name: string, display_name: string}} me
 * @property {import("../tag/types.js").Codebook} codebook
 * @property {boolean} can_decide
 * @property {{position: number, total: number, next: string | null, previous: string | null}} place
 *
 * @typedef {Setting & Loop} Boot
 * @typedef {Loop & {outcomes: Outcome[], order?: string[]}} OpsAnswer With an order, `rows` are only those that have changed.
 */
export {}
