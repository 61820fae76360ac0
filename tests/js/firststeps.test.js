import assert from "node:assert/strict"
import { test } from "node:test"
import { isPractised } from "../../annotate/ui/assets/tag/firststeps.js"

/** @type {import("../../annotate/ui/assets/tag/types.js").QueueItem} */
const item = { id: "a", title: "", source: "", published_at: null, language: "en", status: "new", statements: 0 }
/** @type {import("../../annotate/ui/assets/tag/types.js").Queue} */
const queue = { mine: [item], returned: [], done: 0, total: 3, assigned: false, due_on: null, offers: "" }

test("whoever has labels anywhere in the queue needs no first steps", () => {
  assert.equal(isPractised(queue), false)
  assert.equal(isPractised({ ...queue, done: 1 }), true)
  assert.equal(isPractised({ ...queue, mine: [item, { ...item, status: "draft", statements: 1 }] }), true)
  assert.equal(isPractised({ ...queue, returned: [{ ...item, status: "returned" }] }), true)
})
