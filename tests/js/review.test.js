/** @import {Loop, Operation, Row, Statement, Version} from "../../annotate/ui/assets/review/types.js" */
import assert from "node:assert/strict"
import { test } from "node:test"
import { KEYS } from "../../annotate/ui/assets/review/keys.js"
import { nameOfCoder } from "../../annotate/ui/assets/review/coders.js"
import { actorOf, countsOf, defaultPicks, differing, mixOf, nextWaiting, placedSpans, takeOf, unpicked, waits, withOperation } from "../../annotate/ui/assets/review/rowmodel.js"
import { unfit, withJoins } from "../../annotate/ui/assets/review/joining.js"
import { rowsOf } from "../../annotate/ui/assets/review/session.js"
import { coverage } from "../../annotate/ui/assets/review/text.js"
import { span, statement } from "./helpers.js"

/**
 * @param {string} letter
 * @param {Partial<Statement>} fields
 * @param {[number, number]} place
 * @returns {Version}
 */
function version(letter, fields = {}, place = [0, 3]) {
  const evidence = span(`span-${letter}-${place}`, ...place)
  const entity = statement(`st-${letter}-${place}`, { evidence: [evidence.id], ...fields })
  return { letter, label_set_id: `ls-${letter}`, entity_id: entity.id, digest: "d", entity, spans: [evidence] }
}

/**
 * @param {string} id
 * @param {Version[]} versions
 * @param {Partial<Row>} [fields]
 * @returns {Row}
 */
function row(id, versions, fields = {}) {
  return { id, kind: "statement", verdict: versions.length > 1 ? "partly" : "single", differs: [], versions, decision: null, raised: "", ...fields }
}

/** @param {Row[]} rows @returns {Loop} */
function loop(rows) {
  return { mark: "", rows, gold: { id: null, status: null, revision: 0 }, coders: [], registry: { actors: {}, claims: {} }, agreement: [], threads: [], can_undo: false, can_redo: false }
}

/** @param {Record<string, any>} fields @returns {Operation} */
function op(fields) {
  return /** @type {Operation} */ ({ id: "op", ...fields })
}

test("versions differ by what they say, not by ids, and not where a holder is only left out", () => {
  const pair = row("r", [version("A"), version("B", { holder_id: "a1" })])
  assert.deepEqual(differing(pair), [])
  assert.deepEqual(differing(row("r", [version("A"), version("B", { certainty: "stated" }, [0, 4])])), ["certainty", "evidence"])
})

test("a note that one coder alone wrote is chosen like every other part", () => {
  const pair = row("r", [version("A"), version("B", { note: "mine" })])
  assert.deepEqual([differing(pair), unpicked(pair, defaultPicks(pair))], [["note"], ["note"]])
  assert.equal(takeOf(pair, { note: "A" }).note, "ls-A")
})

test("coders go by their names, with the letter where two share one, by it alone where names are hidden", () => {
  const coders = /** @type {import("../../annotate/ui/assets/review/types.js").Coder[]} */ ([["A", "Lin"], ["B", "Lin"], ["C", "Zhou"], ["D", null]].map(([letter, name]) => ({ letter, name })))
  assert.deepEqual(coders.map(({ letter }) => nameOfCoder(coders, letter)), ["Lin (A)", "Lin (B)", "Zhou", "Coder D"])
})

test("gold has words of its own where none of the row's coders has them", () => {
  const decision = /** @type {import("../../annotate/ui/assets/review/types.js").Decision} */ ({ id: "d", verdict: "edited", reason: "", by: null, at: "", entity: statement("g"), spans: [span("g1", 0, 3), span("g2", 5, 7)] })
  const found = placedSpans([row("r", [version("A")], { decision }), row("w", [], { decision: { ...decision, verdict: "written", spans: [span("g3", 8, 9)] } })])
  assert.deepEqual(found.map(({ letter, start, rows }) => [letter, start, rows[0]]), [["A", 0, "r"], ["", 5, "r"], ["", 8, "w"]])
  assert.deepEqual(placedSpans([row("r", [version("A")], { decision: { ...decision, verdict: "rejected", entity: null } })]).length, 1)
})

test("the majority is picked beforehand, a tie is not", () => {
  const two = row("r", [version("A", { stance: "oppose" }), version("B")])
  assert.deepEqual(defaultPicks(two), {})
  assert.deepEqual(unpicked(two, {}), ["stance"])
  const three = row("r", [version("A", { stance: "oppose" }), version("B"), version("C")])
  assert.deepEqual(defaultPicks(three), { stance: "B" })
})

test("a mix takes each part from where it was picked", () => {
  const pair = row("r", [version("A", { certainty: "stated" }), version("B", { stance: "oppose" }, [0, 4])])
  const picks = { certainty: "A", stance: "B", evidence: "B" }
  const { entity, spans } = mixOf(pair, picks)
  assert.deepEqual({ certainty: "certainty" in entity && entity.certainty, stance: "stance" in entity && entity.stance }, { certainty: "stated", stance: "oppose" })
  assert.equal(spans[0]?.end, 4)
  const take = takeOf(pair, picks)
  assert.equal(take.certainty, "ls-A")
  assert.equal(take.evidence, "ls-B")
  // What is alike in both comes from the version picked most.
  assert.equal(take.claim_id, "ls-B")
})

test("a span is taken with both its ends", () => {
  /** @param {string} letter @param {number} end @returns {Version} */
  const mention = (letter, end) => {
    const entity = span(`m-${letter}`, 0, end, "actor")
    return { letter, label_set_id: `ls-${letter}`, entity_id: entity.id, digest: "d", entity, spans: [] }
  }
  const pair = row("r", [mention("A", 2), mention("B", 3)], { kind: "span" })
  assert.deepEqual(differing(pair), ["place"])
  assert.deepEqual(takeOf(pair, { place: "B" }), { start: "ls-B", end: "ls-B", kind: "ls-B", actor_id: "ls-B" })
  const { entity } = mixOf(pair, { place: "B" })
  assert.equal("end" in entity && entity.end, 3)
})

test("decisions are shown before the server has answered", () => {
  const pair = row("pair", [version("A"), version("B", { stance: "oppose" })])
  const alike = row("alike", [version("A", {}, [4, 6]), version("B", {}, [4, 6])], { verdict: "unanimous" })
  const begun = loop([pair, alike])
  const mention = row("m", [], { kind: "span", verdict: "unanimous" })
  assert.deepEqual(countsOf([...begun.rows, mention, row("s", [version("A")])]), { decided: 0, open: 3, shared: 2, unanimous: { statement: 1, span: 1, document_label: 0 } })
  const sources = pair.versions.map(({ label_set_id, entity_id }) => ({ label_set_id, entity_id }))
  const taken = withOperation(begun, op({ kind: "decide", sources, take: takeOf(pair, { stance: "B" }) }))
  assert.equal(taken.rows[0]?.decision?.verdict, "accepted")
  assert.equal(nextWaiting(taken.rows, "pair")?.id, "alike")
  const all = withOperation(taken, op({ kind: "accept_unanimous" }))
  assert.deepEqual(countsOf(all.rows), { decided: 2, open: 0, shared: 2, unanimous: { statement: 0, span: 0, document_label: 0 } })
  assert.equal(nextWaiting(all.rows, "pair"), null)
  const rejected = withOperation(begun, op({ kind: "reject", sources, reason: "no" }))
  assert.equal(rejected.rows[0]?.decision?.reason, "no")
  assert.equal(begun.rows[0]?.decision, null)
})

test("a new statement comes where its words stand, and goes when it is taken back", () => {
  const later = row("later", [version("A", {}, [8, 10])])
  const written = withOperation(loop([later]), op({ kind: "write", statement: statement("new"), spans: [span("x", 2, 4)] }))
  assert.deepEqual(written.rows.map((one) => one.decision?.verdict ?? one.id), ["written", "later"])
  const id = written.rows[0]?.decision?.id
  assert.equal(withOperation(written, op({ kind: "reopen", decision_id: id })).rows.length, 1)
})

test("a decision that is raised again waits until it is kept", () => {
  const decision = /** @type {import("../../annotate/ui/assets/review/types.js").Decision} */ ({ id: "d1", verdict: "accepted", reason: "", by: null, at: "", entity: null, spans: [] })
  const raised = row("r", [version("A")], { decision, raised: "changed" })
  assert.ok(waits(raised))
  const kept = withOperation(loop([raised]), op({ kind: "keep", decision_id: "d1" }))
  assert.ok(kept.rows[0] && !waits(kept.rows[0]))
})

test("spans know their coder and all their rows", () => {
  const shared = version("A")
  const found = placedSpans([row("one", [shared]), row("two", [{ ...version("A"), spans: shared.spans }])])
  assert.deepEqual(found.map(({ letter, rows }) => ({ letter, rows })), [{ letter: "A", rows: ["one", "two"] }])
})

test("a stretch is everybody's only where all have a span of the same kind", () => {
  const evidence = { kind: "evidence" }
  assert.deepEqual(coverage([{ letter: "A", ...evidence }, { letter: "B", ...evidence }], 2), { all: true, letters: [], gold: false })
  assert.deepEqual(coverage([{ letter: "A", kind: "actor" }, { letter: "B", ...evidence }], 2), { all: false, letters: ["A", "B"], gold: false })
  assert.deepEqual(coverage([{ letter: "A", ...evidence }, { letter: "B", ...evidence }, { letter: "A", kind: "actor" }], 2), { all: true, letters: ["A"], gold: false })
  assert.deepEqual(coverage([{ letter: "A", ...evidence }], 1), { all: false, letters: ["A"], gold: false })
  // Gold is no coder: it makes nothing everybody's.
  assert.deepEqual(coverage([{ letter: "A", ...evidence }, { letter: "", ...evidence }], 2), { all: false, letters: ["A"], gold: true })
})

test("keys leave Streamlit's alone, and arrows mean the text only where the text has the focus", () => {
  const keys = KEYS.groups.flatMap((group) => group.bindings).flatMap((binding) => binding.keys)
  assert.ok(!keys.includes("r") && !keys.includes("c"))
  const press = { key: "ArrowDown", code: "ArrowDown", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, keyCode: 40 }
  assert.equal(KEYS.find(press, false)?.keys.length, 4)
  assert.equal(KEYS.find(press, true)?.keys.length, 1)
  assert.equal(KEYS.find({ ...press, shiftKey: true }, true)?.keys.length, 1)
  assert.equal(KEYS.find({ ...press, isComposing: true }, false), undefined)
})

test("rows that are joined stand in the place of the first and have the versions of both", () => {
  const one = row("one", [version("B", {}, [0, 3])])
  const other = row("other", [version("A", { stance: "oppose" }, [9, 12])])
  const between = row("between", [version("A", {}, [4, 6])])
  const rows = withJoins([one, between, other], [["one", "other"]])
  assert.deepEqual(rows.map((item) => item.id), ["other", "between"])
  assert.deepEqual(rows[0]?.versions.map((item) => item.letter), ["A", "B"])
  assert.deepEqual(differing(/** @type {Row} */ (rows[0])), ["stance", "evidence"])
  assert.equal(waits(/** @type {Row} */ (rows[0])), true)
  // A part that has gone leaves the other as it was.
  assert.deepEqual(withJoins([one, between], [["one", "other"]]), [one, between])
})

test("rows of one coder, of several kinds or without versions are not joined", () => {
  const one = row("one", [version("A")])
  assert.equal(unfit(one, row("two", [version("A", {}, [4, 6])])), "coder")
  assert.equal(unfit(one, row("two", [], { decision: null })), "written")
  assert.equal(unfit(one, row("two", [version("B")], { kind: "span" })), "kind")
  assert.equal(unfit(one, row("two", [version("B")])), "")
})

test("what is decided as one is one row before the server answers", () => {
  const one = row("one", [version("A")])
  const other = row("other", [version("B", {}, [9, 12])])
  const sources = [...one.versions, ...other.versions].map(({ label_set_id, entity_id, digest }) => ({ label_set_id, entity_id, digest }))
  const after = withOperation(loop([one, other]), op({ kind: "reject", row_kind: "statement", sources, reason: "no" }))
  assert.deepEqual(after.rows.map((item) => [item.versions.length, item.decision?.verdict, item.joined]), [[2, "rejected", undefined]])
})

test("words name the actor linked to them, else one of that name, else one linked nearby", () => {
  const actors = Object.fromEntries(["a1", "a2"].map((id) => [id, { id, name: `Name of ${id}`, kind: "person", aliases: [] }]))
  const placed = placedSpans([row("r", [version("A", {}, [0, 6])])]).map((item) => ({ ...item, kind: "actor", actor_id: "a1" }))
  const words = (/** @type {number} */ start, /** @type {number} */ end, quote = "x") => ({ start, end, quote })
  assert.equal(actorOf(words(0, 6, "Name of a2"), placed, actors)?.id, "a1")
  assert.equal(actorOf(words(2, 6, "Name of a2"), placed, actors)?.id, "a2")
  assert.equal(actorOf(words(2, 4), placed, actors)?.id, "a1")
  assert.equal(actorOf(words(7, 9), placed, actors), null)
})

test("of an answer with an order, rows that have not changed stay as they were", () => {
  const [one, two, three] = ["one", "two", "three"].map((id) => row(id, [version("A")]))
  const changed = { ...two, raised: /** @type {const} */ ("changed") }
  const answer = { ...loop([/** @type {Row} */ (changed)]), outcomes: [] }
  const before = /** @type {Row[]} */ ([one, two, three])
  assert.deepEqual(rowsOf(before, { ...answer, order: ["three", "two"] }), [three, changed])
  assert.deepEqual(rowsOf(before, answer), [changed])
})
