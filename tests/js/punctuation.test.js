import assert from "node:assert/strict"
import test from "node:test"

import { isNarrow } from "../../annotate/ui/assets/shared/punctuation.js"

test("punctuation that languages share is narrow in a text without an East Asian character", () => {
  assert.equal(isNarrow("Silence and “no comment” are not statements"), true)
  assert.equal(isNarrow("称为“符拉迪沃斯托克”（意思为“统治东方”）"), false)
  assert.equal(isNarrow("Nothing is called “𠮷田”."), false)
  assert.equal(isNarrow("“카페”"), false)
  assert.equal(isNarrow("OK，“fine”"), false)
  assert.equal(isNarrow("cut off after so many letters"), true)
  assert.equal(isNarrow(" \n"), false)
})
