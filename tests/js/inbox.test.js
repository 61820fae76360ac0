import assert from "node:assert/strict"
import { test } from "node:test"
import { words } from "../../annotate/ui/assets/inbox/list.js"
import { dueOn } from "../../annotate/ui/assets/shared/names.js"
import { isAbout, readersOf } from "../../annotate/ui/assets/shared/threads.js"

const round = { name: "Pilot", due_on: "2026-12-03" }

test("a notice of given work says how many articles and in which round", () => {
  const given = (/** @type {number | null} */ articles) => words({ kind: "assigned", by: "Elin", articles, round })
  assert.equal(given(6), "Elin gave you 6 articles of the round “Pilot”")
  assert.equal(given(1), "Elin gave you 1 article of the round “Pilot”")
  assert.match(given(0), /take its articles one after another/)
  assert.equal(given(null), "Elin gave you articles of the round “Pilot”")
  assert.equal(words({ kind: "withdrawn", by: "Elin", articles: 2, round }), "Elin took 2 articles of the round “Pilot” back from you")
})

test("below a comment stands who will read it", () => {
  assert.match(readersOf({ label_set_id: null }, true), /Everybody whose labels/)
  assert.match(readersOf({ label_set_id: "ls" }, true), /^Reviewers read it/)
  assert.match(readersOf({ label_set_id: "ls" }, false), /^Their coder is told/)
})

test("an answer belongs to a thread only where both are about the same labels", () => {
  const row = { label_set_id: "a", entity_id: "s" }
  assert.ok(isAbout(row, { label_set_id: "a", entity_id: "s" }))
  assert.ok(!isAbout(row, { label_set_id: "b", entity_id: "s" }))
  assert.ok(!isAbout({ label_set_id: "a", entity_id: null }, {}))
  assert.ok(isAbout({ label_set_id: null, entity_id: null }, {}))
})

test("a round is due on its day, wherever the reader is", () => {
  const here = process.env.TZ
  for (const zone of ["Pacific/Auckland", "America/Los_Angeles", "UTC"]) {
    process.env.TZ = zone
    assert.deepEqual(dueOn("2001-12-03"), { late: true, text: "Was due on 3 Dec 2001" })
    assert.deepEqual(dueOn("9999-12-31"), { late: false, text: "Due on 31 Dec 9999" })
  }
  if (here === undefined) delete process.env.TZ
  else process.env.TZ = here
})
