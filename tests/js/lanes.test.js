import assert from "node:assert/strict"
import { test } from "node:test"
import { assignLanes, layout, paragraphsOf } from "../../annotate/ui/assets/tag/lanes.js"

/** @import {Span} from "../../annotate/ui/assets/tag/types.js" */

/**
 * @param {string} id
 * @param {number} start
 * @param {number} end
 * @returns {Span}
 */
const span = (id, start, end) => ({ id, kind: "evidence", start, end, quote: "" })

/** Repeatable pseudo-random numbers below `n`. */
function generator(seed = 7) {
  let state = seed
  return (/** @type {number} */ n) => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state % n
  }
}

/** @param {number} count */
function manySpans(count) {
  const random = generator()
  return Array.from({ length: count }, (_, i) => {
    const start = random(4900)
    return span(`s${i}`, start, start + 1 + random(60))
  })
}

test("spans apart share the first lane, nested ones read from the inside out", () => {
  const lanes = assignLanes([span("outer", 0, 10), span("inner", 2, 5), span("innermost", 3, 4), span("apart", 20, 22)])
  assert.deepEqual(Object.fromEntries(lanes), { innermost: 0, inner: 1, outer: 2, apart: 0 })
})

test("spans that only touch do not overlap", () => {
  const lanes = assignLanes([span("a", 0, 5), span("b", 5, 9)])
  assert.deepEqual([lanes.get("a"), lanes.get("b")], [0, 0])
})

test("two spans over the same words get two lanes", () => {
  const lanes = assignLanes([span("a", 0, 5), span("b", 0, 5)])
  assert.notEqual(lanes.get("a"), lanes.get("b"))
})

test("of a thousand spans no two overlapping ones share a lane", () => {
  const spans = manySpans(1000)
  const lanes = assignLanes(spans)
  assert.equal(lanes.size, 1000)
  for (const a of spans) {
    for (const b of spans) {
      if (a !== b && a.start < b.end && b.start < a.end) assert.notEqual(lanes.get(a.id), lanes.get(b.id))
    }
  }
})

test("segments cover exactly the characters of their spans", () => {
  const lines = Array.from({ length: 50 }, () => "x".repeat(99))
  const paragraphs = paragraphsOf(lines, (line) => line.length)
  const spans = manySpans(300)
  const drawn = layout(paragraphs, spans)
  /** @type {Map<number, Set<string>>} */
  const covered = new Map()
  drawn.forEach((segments, i) => {
    const paragraph = /** @type {{start: number, end: number}} */ (paragraphs[i])
    for (const segment of segments) {
      assert.ok(segment.start >= paragraph.start && segment.end <= paragraph.end && segment.start < segment.end)
      for (let at = segment.start; at < segment.end; at++) covered.set(at, new Set(segment.ids))
    }
  })
  for (const { start, end } of paragraphs) {
    for (let at = start; at < end; at++) {
      const expected = spans.filter((item) => item.start <= at && at < item.end).map((item) => item.id)
      assert.deepEqual(covered.get(at) ?? new Set(), new Set(expected), `character ${at}`)
    }
  }
})

test("a segment names its spans outermost first and those that end with it", () => {
  const [segments] = layout([{ start: 0, end: 10 }], [span("inner", 3, 6), span("outer", 0, 6)])
  assert.deepEqual(segments, [
    { start: 0, end: 3, ids: ["outer"], ends: [] },
    { start: 3, end: 6, ids: ["outer", "inner"], ends: ["outer", "inner"] },
  ])
})

test("a span over several paragraphs, blank ones among them, is cut at each", () => {
  const paragraphs = paragraphsOf(["abc", "", "de"], (line) => line.length)
  assert.deepEqual(paragraphs, [
    { start: 0, end: 3 },
    { start: 4, end: 4 },
    { start: 5, end: 7 },
  ])
  const drawn = layout(paragraphs, [span("a", 1, 6)])
  assert.deepEqual(
    drawn.map((segments) => segments.map(({ start, end, ends }) => [start, end, ends.length])),
    [[[1, 3, 0]], [], [[5, 6, 1]]],
  )
})
