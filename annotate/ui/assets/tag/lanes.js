/** @import {Span} from "./types.js" */
import { countBelow } from "./offsets.js"

/**
 * A stretch of one paragraph that is covered by the same spans throughout, offsets in code points.
 *
 * @typedef {{start: number, end: number, ids: string[], ends: string[]}} Segment
 *   `ids`: outermost first; `ends`: those of them that end with this segment.
 * @typedef {{start: number, end: number}} Paragraph
 */

/**
 * Gives every span a lane such that overlapping spans never share one. Shorter spans come
 * nearer to the text, so that nesting reads from the inside out.
 *
 * @param {readonly Span[]} spans
 * @returns {Map<string, number>} Lane by span id; 0 is nearest to the text.
 */
export function assignLanes(spans) {
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1))
  /** @type {Map<string, number>} */
  const lanes = new Map()
  /** @type {Span[]} */
  let cluster = []
  let reach = -1
  for (const span of sorted) {
    if (cluster.length > 0 && span.start >= reach) {
      fillCluster(cluster, lanes)
      cluster = []
    }
    cluster.push(span)
    reach = Math.max(reach, span.end)
  }
  fillCluster(cluster, lanes)
  return lanes
}

/**
 * @param {Span[]} cluster Spans connected by overlaps.
 * @param {Map<string, number>} lanes Written to.
 */
function fillCluster(cluster, lanes) {
  if (cluster.length === 1) {
    lanes.set(/** @type {Span} */ (cluster[0]).id, 0)
    return
  }
  const byLength = [...cluster].sort(
    (a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start || (a.id < b.id ? -1 : 1),
  )
  /** @type {Span[][]} */
  const taken = []
  for (const span of byLength) {
    let lane = 0
    while (taken[lane]?.some((other) => other.start < span.end && span.start < other.end)) lane += 1
    ;(taken[lane] ??= []).push(span)
    lanes.set(span.id, lane)
  }
}

/**
 * The paragraphs of a text as code point ranges without their line ends.
 *
 * @param {readonly string[]} lines
 * @param {(line: string) => number} lengthOf Code points of a line.
 * @returns {Paragraph[]}
 */
export function paragraphsOf(lines, lengthOf) {
  let at = 0
  return lines.map((line) => {
    const start = at
    at += lengthOf(line) + 1
    return { start, end: at - 1 }
  })
}

/**
 * Cuts the spans into segments, paragraph by paragraph.
 *
 * @param {readonly Paragraph[]} paragraphs
 * @param {readonly Span[]} spans
 * @returns {Segment[][]}
 */
export function layout(paragraphs, spans) {
  const starts = paragraphs.map((paragraph) => paragraph.start)
  /** @type {Span[][]} */
  const inside = paragraphs.map(() => [])
  for (const span of spans) {
    for (let i = Math.max(0, countBelow(starts, span.start + 1) - 1); i < paragraphs.length; i++) {
      const paragraph = /** @type {Paragraph} */ (paragraphs[i])
      if (paragraph.start >= span.end) break
      if (span.start < paragraph.end) inside[i]?.push(span)
    }
  }
  return paragraphs.map((paragraph, i) => segmentsOf(paragraph, inside[i] ?? []))
}

/**
 * @param {Paragraph} paragraph
 * @param {Span[]} spans Those that overlap it.
 * @returns {Segment[]}
 */
function segmentsOf(paragraph, spans) {
  if (spans.length === 0) return []
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end || (a.id < b.id ? -1 : 1))
  const cuts = new Set([paragraph.start, paragraph.end])
  for (const span of sorted) {
    cuts.add(Math.max(span.start, paragraph.start))
    cuts.add(Math.min(span.end, paragraph.end))
  }
  const places = [...cuts].sort((a, b) => a - b)
  /** @type {Segment[]} */
  const segments = []
  /** @type {Span[]} */
  let open = []
  let next = 0
  for (let i = 0; i + 1 < places.length; i++) {
    const start = /** @type {number} */ (places[i])
    const end = /** @type {number} */ (places[i + 1])
    open = open.filter((span) => span.end > start)
    while (next < sorted.length && /** @type {Span} */ (sorted[next]).start <= start) {
      open.push(/** @type {Span} */ (sorted[next]))
      next += 1
    }
    if (open.length === 0) continue
    segments.push({
      start,
      end,
      ids: outermostFirst(open).map((span) => span.id),
      ends: open.filter((span) => span.end === end).map((span) => span.id),
    })
  }
  return segments
}

/** @param {Span[]} spans */
function outermostFirst(spans) {
  if (spans.length < 2) return spans
  return [...spans].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start || (a.id < b.id ? -1 : 1))
}
