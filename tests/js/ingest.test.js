import assert from "node:assert/strict"
import test from "node:test"

import { revealed, spelledOut } from "../../annotate/ui/assets/ingest/revealed.js"

test("invisible characters are spelled out, others stay as they are", () => {
  assert.deepEqual(revealed("a\u202eb\u200b\u200b"), [
    { text: "a", hidden: false },
    { text: "U+202E", hidden: true },
    { text: "b", hidden: false },
    { text: "U+200B", hidden: true },
    { text: "U+200B", hidden: true },
  ])
  assert.deepEqual(revealed("段落\r\n\t𠮷 cafe\u0301"), [{ text: "段落\n\t𠮷 cafe\u0301", hidden: false }])
  assert.deepEqual(revealed(""), [])
})

test("a name cannot turn itself around", () => {
  assert.equal(spelledOut("gpj\u202eexe.md"), "gpjU+202Eexe.md")
})
