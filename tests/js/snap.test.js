import assert from "node:assert/strict"
import { test } from "node:test"
import { Offsets } from "../../annotate/ui/assets/tag/offsets.js"
import { Snapper } from "../../annotate/ui/assets/tag/snap.js"

/**
 * @param {string[]} words
 */
function snapperFor(words) {
  const boundaries = [0]
  for (const word of words) boundaries.push(/** @type {number} */ (boundaries.at(-1)) + [...word].length)
  return new Snapper(new Offsets(words.join("")), boundaries)
}

/**
 * @param {Snapper} snapper
 * @param {number} start
 * @param {number} end
 * @param {boolean} free
 */
function snapped(snapper, start, end, free) {
  const range = snapper.snap(start, end, free)
  return range ? snapper.offsets.slice(range.start, range.end) : null
}

test("a selection grows to whole words", () => {
  const snapper = snapperFor(["韩国", "的", "态度", "是", "开放", "的"])
  assert.equal(snapped(snapper, 1, 4, false), "韩国的态度")
  assert.equal(snapped(snapper, 2, 3, false), "的")
  assert.equal(snapped(snapper, 4, 1, false), "韩国的态度", "backwards likewise")
})

test("with the modifier it stays as it is", () => {
  const snapper = snapperFor(["韩国", "的", "态度"])
  assert.equal(snapped(snapper, 1, 4, true), "国的态")
})

test("white space is no part of a selection", () => {
  const snapper = snapperFor(["one", " ", "two", " ", "\n", "three"])
  assert.equal(snapped(snapper, 3, 8, false), "two")
  assert.equal(snapped(snapper, 3, 4, false), null)
  assert.equal(snapped(snapper, 3, 8, true), "two")
  assert.equal(snapped(snapper, 2, 2, false), null)
})

test("no edge ever falls inside a grapheme, even where a boundary does", () => {
  const family = "👨‍👩‍👧‍👦"
  const cases = [family, "👍🏽", "e\u0301", "🇰🇷", "각", "न\u093f"]
  for (const grapheme of cases) {
    const text = `a${grapheme}b`
    const offsets = new Offsets(text)
    const everywhere = Array.from({ length: offsets.length + 1 }, (_, at) => at)
    const snapper = new Snapper(offsets, everywhere)
    const inside = [...grapheme].length
    for (let start = 0; start <= offsets.length; start++) {
      for (let end = start + 1; end <= offsets.length; end++) {
        for (const free of [true, false]) {
          const range = snapper.snap(start, end, free)
          assert.ok(range)
          for (const edge of [range.start, range.end]) assert.ok(edge <= 1 || edge >= 1 + inside, `${grapheme} ${start} ${end}`)
          assert.ok(range.start <= start && range.end >= end, "a selection never shrinks")
        }
      }
    }
  }
})

test("the cursor stops at words, and at graphemes with the modifier", () => {
  const snapper = snapperFor(["韩国", "的", " ", "👍🏽", "\n", "好"])
  assert.equal(snapper.next(0, false), 2)
  assert.equal(snapper.next(2, false), 3)
  assert.equal(snapper.next(3, false), 6, "after a space is no stop on the way on")
  assert.equal(snapper.next(4, true), 6, "an emoji with its skin tone is one step")
  assert.equal(snapper.next(0, true), 1)
  assert.equal(snapper.previous(6, true), 4)
  assert.equal(snapper.previous(4, false), 2, "before a space is no stop on the way back")
  assert.equal(snapper.previous(0, false), 0)
  assert.equal(snapper.next(8, false), 8)
})

test("the word at a place", () => {
  const snapper = snapperFor(["韩国", "的", "态度"])
  assert.deepEqual(snapper.wordAt(1), { start: 0, end: 2 })
  assert.deepEqual(snapper.wordAt(5), { start: 3, end: 5 })
})

test("boundaries outside the text are left out", () => {
  const snapper = new Snapper(new Offsets("abc"), [-4, 0, 2, 77])
  assert.deepEqual(snapper.words, [0, 2, 3])
})

test("names in the text are offered from their beginning on", () => {
  const snapper = snapperFor(["前", "顾问", "金圣翰", "说", "👪", "金圣翰", "与", "金融", "界", "，", "资金", "Lines"])
  assert.deepEqual(snapper.wordsBeginning("金"), ["金圣翰", "金融"])
  assert.deepEqual(snapper.wordsBeginning("金圣"), ["金圣翰"])
  assert.deepEqual(snapper.wordsBeginning("金圣翰"), [])
  assert.deepEqual(snapper.wordsBeginning("Lin"), [])
})
