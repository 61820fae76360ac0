import assert from "node:assert/strict"
import { afterEach, test } from "node:test"
import { emptyValues } from "../../annotate/ui/assets/tag/formvalues.js"
import { Session } from "../../annotate/ui/assets/tag/session.js"
import { boot, CODEBOOK, FakeServer, settle, span, statement } from "./helpers.js"

/** @import {LabelSet, Operation} from "../../annotate/ui/assets/tag/types.js" */

/** @type {Session[]} */
const open = []

// A queue without a connection tries for ever.
afterEach(() => {
  for (const session of open.splice(0)) session.queue.stop()
})

/**
 * @param {FakeServer} server
 * @param {Partial<LabelSet>} [fields]
 */
function sessionFor(server, fields = {}) {
  /** @type {{refused: string[], stored: string[], saved: readonly any[], drafts: any[]}} */
  const seen = { refused: [], stored: [], saved: [], drafts: [] }
  let up = true
  const api = /** @type {any} */ ({
    send: async (/** @type {string} */ _article, /** @type {string} */ client, /** @type {number} */ base, /** @type {Operation[]} */ ops) => {
      if (!up) throw { status: 0, message: "down" }
      return server.handle(client, base, ops)
    },
    renew: async () => true,
  })
  const keep = /** @type {any} */ ({
    save: (/** @type {any[]} */ entries) => (seen.saved = entries),
    saveDraft: (/** @type {any} */ draft) => seen.drafts.push(draft),
  })
  const session = new Session(boot(fields), api, keep, [], {
    onChange: () => {},
    onStatus: () => {},
    onRefused: (outcome) => seen.refused.push(outcome.message ?? ""),
    onStored: (kinds) => seen.stored.push(...kinds),
  })
  open.push(session)
  return { session, seen, connect: (/** @type {boolean} */ value) => (up = value) }
}

test("a change shows at once and stays when it is confirmed", async () => {
  const server = new FakeServer()
  const { session, seen } = sessionFor(server)
  session.act([{ kind: "add_span", span: span("e") }])
  assert.ok(session.state.spans.has("e"))
  assert.equal(session.base.spans.has("e"), false)
  await settle()
  assert.ok(session.base.spans.has("e"))
  assert.deepEqual(seen.stored, ["add_span"])
})

test("a refused change is rolled back with its reason, the others stay", async () => {
  const server = new FakeServer()
  server.refuses.add("bad")
  const { session, seen } = sessionFor(server)
  session.act([{ kind: "add_span", span: span("good") }, { kind: "add_span", span: span("bad", 4, 6) }])
  assert.equal(session.state.spans.size, 2)
  await settle()
  assert.deepEqual([...session.state.spans.keys()], ["good"])
  assert.deepEqual(seen.refused, ["Somebody was faster"])
})

test("a refused statement is given back as its form held it, an accepted one is not", async () => {
  const server = new FakeServer()
  const form = { ...emptyValues(CODEBOOK), note: "two hours of work" }
  const { session, seen } = sessionFor(server)
  const spans = [span("e")]
  session.act([{ kind: "add_span", span: span("m", 4, 6) }, { kind: "add_statement", statement: statement("s"), spans }], 0, form)
  server.refuses.add(seen.saved[1].op.id)
  session.act([{ kind: "add_statement", statement: statement("good") }], 0, form)
  await settle()
  assert.deepEqual([...session.state.statements.keys()], ["good"])
  assert.equal(seen.drafts.length, 1)
  assert.deepEqual(seen.drafts[0].values, form)
  assert.match(seen.drafts[0].reason, /Somebody was faster/)
  assert.ok(server.requests.every(({ ops }) => ops.every((op) => !("form" in op))))
})

test("a conflict brings the other's value and keeps what is still on its way", async () => {
  const theirs = { ...span("e"), kind: "claim" }
  const server = new FakeServer({ spans: [span("e")] })
  server.change({ spans: { e: theirs } })
  server.refuses.add("e")
  const { session } = sessionFor(server, { spans: [span("e")] })
  session.act([{ kind: "change_span", span_id: "e", set: { kind: "actor" } }])
  assert.equal(session.state.spans.get("e")?.kind, "actor")
  await Promise.resolve()
  session.act([{ kind: "add_span", span: span("new", 4, 6) }])
  assert.ok(session.state.spans.has("new"))
  await settle()
  assert.equal(session.state.spans.get("e")?.kind, "claim")
  assert.ok(session.state.spans.has("new"))
})

test("undo and redo show at once, also several in a row without a connection", async () => {
  const server = new FakeServer()
  const { session, seen, connect } = sessionFor(server)
  connect(false)
  session.act([{ kind: "add_span", span: span("a") }])
  session.act([{ kind: "add_statement", statement: statement("s", { evidence: ["b"] }), spans: [span("b", 4, 6)] }])
  session.undo()
  assert.deepEqual([session.state.spans.size, session.state.statements.size], [1, 0])
  session.undo()
  assert.equal(session.state.spans.size, 0)
  session.redo()
  assert.deepEqual([...session.state.spans.keys()], ["a"])
  session.redo()
  assert.deepEqual([session.state.spans.size, session.state.statements.size], [2, 1])
  assert.equal(session.canRedo, false)
  await settle()
  assert.deepEqual(seen.saved.map((entry) => entry.op.kind), ["add_span", "add_statement", "undo", "undo", "redo", "redo"])
})

test("a new change ends redo, and entries of the registry are no part of undo", () => {
  const { session, connect } = sessionFor(new FakeServer())
  connect(false)
  session.act([{ kind: "add_span", span: span("a") }])
  session.undo()
  assert.equal(session.canRedo, true)
  session.act([{ kind: "create_actor", actor: { id: "x", name: "X", kind: "person" } }])
  assert.equal(session.actor("x")?.name, "X")
  assert.equal(session.canUndo, false)
  session.act([{ kind: "add_span", span: span("b") }])
  assert.equal(session.canRedo, false)
})

test("each operation carries its own id and the revision that was seen", async () => {
  const server = new FakeServer()
  const { session } = sessionFor(server)
  session.act([{ kind: "add_span", span: span("a") }])
  await settle()
  session.act([{ kind: "add_span", span: span("b") }, { kind: "add_span", span: span("c") }])
  await settle()
  assert.deepEqual(server.requests.map((request) => request.base), [0, 1])
  const ids = server.requests.flatMap((request) => request.ops.map((op) => op.id))
  assert.equal(new Set(ids).size, 3)
  assert.match(ids[0] ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test("a submitted or foreign label set cannot be edited", () => {
  assert.equal(sessionFor(new FakeServer(), { status: "submitted" }).session.editable, false)
  assert.equal(sessionFor(new FakeServer(), { status: "returned" }).session.editable, true)
})
