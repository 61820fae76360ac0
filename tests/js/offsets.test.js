import assert from "node:assert/strict"
import { test } from "node:test"
import { countBelow, Offsets } from "../../annotate/ui/assets/tag/offsets.js"

const SAMPLES = [
  "",
  "plain",
  "👍🏽",
  "a👨‍👩‍👧‍👦b",
  "𠮷野家𠀀",
  "e\u0301e\u0301",
  "tab\there\n\nblank 😀 line",
  "lone \ud83d surrogate 😀",
  "\udc00😀",
]

test("every code point offset goes to UTF-16 and back", () => {
  for (const text of SAMPLES) {
    const offsets = new Offsets(text)
    const points = [...text]
    assert.equal(offsets.length, points.length)
    for (let at = 0; at <= points.length; at++) {
      const unit = points.slice(0, at).join("").length
      assert.equal(offsets.toUtf16(at), unit, `${text} ${at}`)
      assert.equal(offsets.toCodePoint(unit), at, `${text} ${at}`)
    }
  }
})

test("an offset inside a surrogate pair counts as before the pair", () => {
  const offsets = new Offsets("a😀𠮷b")
  assert.equal(offsets.toCodePoint(2), 1)
  assert.equal(offsets.toCodePoint(4), 2)
})

test("slices are those of the code point sequence", () => {
  for (const text of SAMPLES) {
    const offsets = new Offsets(text)
    const points = [...text]
    for (let start = 0; start <= points.length; start++) {
      for (let end = start; end <= points.length; end++) {
        assert.equal(offsets.slice(start, end), points.slice(start, end).join(""))
      }
    }
  }
})

test("offsets outside the text are clamped", () => {
  const offsets = new Offsets("a😀")
  assert.equal(offsets.toUtf16(-5), 0)
  assert.equal(offsets.toUtf16(99), 3)
  assert.equal(offsets.toCodePoint(99), 2)
})

test("countBelow counts strictly smaller items", () => {
  assert.equal(countBelow([1, 3, 3, 7], 3), 1)
  assert.equal(countBelow([1, 3, 3, 7], 8), 4)
  assert.equal(countBelow([], 1), 0)
})
