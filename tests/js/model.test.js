import assert from "node:assert/strict"
import { test } from "node:test"
import { byAge, byPosition, effectOf, inverseOf, replay, spansInOrder, stateOf, withAnswer, withPatch } from "../../annotate/ui/assets/tag/model.js"
import { labelSet, span, statement } from "./helpers.js"

/** @import {Operation} from "../../annotate/ui/assets/tag/types.js" */

const registry = { actors: {}, claims: {} }

/** @param {Partial<import("../../annotate/ui/assets/tag/types.js").LabelSet>} [fields] */
const start = (fields) => stateOf(labelSet(fields), registry)

test("removing a span takes it out of evidence lists, and back again with undo", () => {
  const before = start({ spans: [span("e"), span("f", 4, 6)], statements: [statement("s", { evidence: ["e", "f"] })] })
  const op = { id: "1", kind: "remove_span", span_id: "e" }
  const effect = effectOf(before, op)
  const after = withPatch(before, effect)
  assert.equal(after.spans.has("e"), false)
  assert.deepEqual(after.statements.get("s")?.evidence, ["f"])
  const back = withPatch(after, inverseOf(before, effect))
  assert.deepEqual(Object.fromEntries(back.spans), Object.fromEntries(before.spans))
  assert.deepEqual(back.statements.get("s")?.evidence, ["e", "f"])
})

test("every kind of operation is taken back exactly by its inverse", () => {
  const state = start({ spans: [span("e")], statements: [statement("s", { evidence: ["e"] })], document_labels: { relevance: ["marginal"] } })
  /** @type {Operation[]} */
  const ops = [
    { id: "1", kind: "add_span", span: span("n", 5, 7) },
    { id: "2", kind: "change_span", span_id: "e", set: { kind: "claim" } },
    { id: "3", kind: "add_statement", statement: statement("t", { evidence: ["x"] }), spans: [span("x", 8, 9)] },
    { id: "4", kind: "change_statement", statement_id: "s", set: { stance: "oppose", evidence: ["y"] }, spans: [span("y", 1, 2)] },
    { id: "5", kind: "remove_statement", statement_id: "s" },
    { id: "6", kind: "set_document_label", name: "relevance", values: [] },
    { id: "7", kind: "set_document_label", name: "other", values: ["a", "b"] },
  ]
  for (const op of ops) {
    const effect = effectOf(state, op)
    const after = withPatch(state, effect)
    assert.notDeepEqual([after.spans, after.statements, after.labels], [state.spans, state.statements, state.labels], op.kind)
    const back = withPatch(after, inverseOf(state, effect))
    assert.deepEqual([back.spans, back.statements, back.labels], [state.spans, state.statements, state.labels], op.kind)
  }
})

test("an operation on what is gone has no effect", () => {
  const state = start()
  for (const kind of ["change_span", "remove_span", "change_statement", "remove_statement", "undo", "submit"]) {
    assert.deepEqual(effectOf(state, { id: "1", kind, span_id: "gone", statement_id: "gone", set: {} }), {}, kind)
  }
})

test("states are never changed in place", () => {
  const state = start({ spans: [span("e")] })
  withPatch(state, effectOf(state, { id: "1", kind: "remove_span", span_id: "e" }))
  assert.equal(state.spans.size, 1)
})

test("the server's values win, and what is still on its way stays on top", () => {
  const base = start({ revision: 3, spans: [span("mine"), span("theirs", 4, 6)] })
  const waiting = [{ op: { id: "1", kind: "add_span", span: span("new", 7, 9) } }]
  const answered = withAnswer(base, {
    revision: 6,
    status: "draft",
    can_undo: true,
    can_redo: false,
    label_set_id: "ls",
    outcomes: [],
    changes: { spans: { theirs: null, other: span("other", 1, 2) }, statements: { s: statement("s") } },
  })
  const shown = replay(answered, waiting)
  assert.deepEqual([...shown.spans.keys()], ["mine", "other", "new"])
  assert.equal(shown.revision, 6)
  assert.equal(shown.canUndo, true)
  assert.ok(shown.statements.has("s"))
})

test("a guessed undo is shown while it travels and gone once the server has spoken", () => {
  const base = start({ spans: [span("e")] })
  const guess = { op: { id: "u", kind: "undo" }, patch: { spans: { e: null } } }
  assert.equal(replay(base, [guess]).spans.size, 0)
  assert.equal(replay(base, []).spans.size, 1)
})

test("orders: by first evidence with the whole article last, and by age", () => {
  const state = start({
    spans: [span("late", 8, 9), span("early", 1, 2)],
    statements: [statement("1", { evidence: ["late"] }), statement("2"), statement("3", { evidence: ["late", "early"] }), statement("4", { evidence: ["early"] })],
  })
  assert.deepEqual(byPosition(state).map((item) => item.id), ["3", "4", "1", "2"])
  assert.deepEqual(byAge(state).map((item) => item.id), ["1", "2", "3", "4"])
})

test("spans in reading order, outer before inner", () => {
  const state = start({ spans: [span("inner", 1, 2), span("outer", 1, 5), span("first", 0, 1)] })
  assert.deepEqual(spansInOrder(state).map((item) => item.id), ["first", "outer", "inner"])
})
