/** @import {Actor, Span, Statement} from "./types.js" */
/** @import {Offsets} from "./offsets.js" */
import { namesOf, nearestMentions } from "./suggest.js"

/** What ends a sentence in Chinese and in Latin script. */
const ENDS = /[。！？!?]|\.(?=\s|$)/gu
/** Who relays rather than says, and where: named in a sentence they are seldom its speaker. */
const SELDOM = new Set(["media", "place"])

/**
 * Whom a new statement proposes as its speaker: an entry of the registry, or a mention that means none yet.
 *
 * @typedef {{actor: Actor, mention?: undefined} | {actor?: undefined, mention: Span}} Guess
 */

/**
 * The likeliest speaker of words: somebody whom the sentence names, by a mention or by a name of the
 * registry; else the nearest mention in the paragraph, one that means an actor before one that does
 * not; else whoever spoke last in this article; else the nearest mention before.
 *
 * @param {object} known
 * @param {Range} known.words Code points.
 * @param {Range} known.paragraph The paragraph that they begin in.
 * @param {Offsets} known.offsets
 * @param {readonly Span[]} known.mentions
 * @param {ReadonlyMap<string, Actor>} known.actors Those that labels or the text name.
 * @param {readonly Statement[]} known.statements In the order in which they were added.
 * @returns {Guess | undefined}
 *
 * @typedef {{start: number, end: number}} Range
 */
export function guessSpeaker({ words, paragraph, offsets, mentions, actors, statements }) {
  const inside = (/** @type {Range} */ place, /** @type {Range} */ range) => place.start >= range.start && place.end <= range.end
  const outside = mentions.filter((mention) => !inside(mention, words))
  const near = nearestMentions(outside.filter((mention) => inside(mention, paragraph)), words, () => 0)
  const linked = near.flatMap((mention) => {
    const actor = actors.get(mention.actor_id ?? "")
    return actor ? [{ start: mention.start, end: mention.end, actor }] : []
  })
  const sentence = sentenceOf(offsets.slice(paragraph.start, paragraph.end), paragraph.start, words.start)
  const named = [...linked, ...namesIn(offsets.slice(sentence.start, sentence.end), sentence.start, actors.values())]
  const [here] = nearestMentions(named.filter((name) => inside(name, sentence) && !inside(name, words)), words, () => 0)
  const actor = here?.actor ?? linked[0]?.actor
  if (actor) return { actor }
  if (near[0]) return { mention: near[0] }
  const last = actors.get(statements.findLast((statement) => statement.speaker_id)?.speaker_id ?? "")
  if (last) return { actor: last }
  const [before] = nearestMentions(outside.filter((mention) => mention.start <= words.start), words, () => 0)
  const meant = actors.get(before?.actor_id ?? "")
  if (meant) return { actor: meant }
  return before ? { mention: before } : undefined
}

/**
 * The sentence that a place stands in.
 *
 * @param {string} paragraph
 * @param {number} start Of the paragraph, code points.
 * @param {number} at
 * @returns {Range}
 */
function sentenceOf(paragraph, start, at) {
  let from = start
  for (const end of paragraph.matchAll(ENDS)) {
    const behind = start + lengthOf(paragraph.slice(0, end.index + end[0].length))
    if (behind > at) return { start: from, end: behind }
    from = behind
  }
  return { start: from, end: start + lengthOf(paragraph) }
}

/**
 * Where names of actors stand in a sentence; of names within one another the longest.
 *
 * @param {string} sentence
 * @param {number} start Of the sentence, code points.
 * @param {Iterable<Actor>} actors
 */
function namesIn(sentence, start, actors) {
  /** @type {(Range & {actor: Actor})[]} */
  const found = []
  for (const actor of actors) {
    if (SELDOM.has(actor.kind)) continue
    for (const name of namesOf(actor)) {
      const at = sentence.indexOf(name)
      if (at < 0) continue
      const from = start + lengthOf(sentence.slice(0, at))
      found.push({ start: from, end: from + lengthOf(name), actor })
    }
  }
  return found.filter((one) => !found.some((other) => other.start <= one.start && other.end >= one.end && other.end - other.start > one.end - one.start))
}

/** @param {string} text Its length in code points. */
function lengthOf(text) {
  return [...text].length
}
