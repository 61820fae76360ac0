/** @import {Actor, Span, Statement} from "./types.js" */
/** @import {Offsets} from "./offsets.js" */
import { namesOf, nearestMentions } from "./suggest.js"

/** What ends a sentence; not before a closing quotation mark, behind which it may say who spoke. */
const ENDS = /[。！？!?](?![”’」』"])|\.(?=\s|$)/gu

/**
 * Whom a new statement proposes as its speaker: an entry of the registry, or a mention that means none yet.
 *
 * @typedef {{actor: Actor, mention?: undefined} | {actor?: undefined, mention: Span}} Guess
 */

/**
 * The likeliest speaker of words: whom their sentence names, rather before than after them, by a
 * mention or by the name of a person in the registry; else the nearest mention in the paragraph that
 * means an actor, a person named there before, the nearest other mention there; else who spoke last in this article, or the
 * nearest mention before. Names that nobody has marked count for persons alone: states and papers
 * are named more often than they speak.
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
  /** @template {Range} T @param {readonly T[]} places */
  const nearest = (places) => nearestMentions(places.filter((place) => !inside(place, words)), words, () => 0)[0]
  const text = offsets.slice(paragraph.start, paragraph.end)
  const sentence = sentenceOf(text, paragraph.start, words.start)
  const marked = mentions.filter((mention) => inside(mention, paragraph))
  const linked = marked.flatMap((mention) => {
    const actor = actors.get(mention.actor_id ?? "")
    return actor ? [{ start: mention.start, end: mention.end, actor }] : []
  })
  const named = namesIn(text, paragraph.start, [...actors.values()].filter((actor) => actor.kind === "person"))
  const here = [...linked, ...named].filter((name) => inside(name, sentence))
  const found = nearest(here) ?? nearest(linked) ?? nearest(named.filter((name) => name.start < words.start))
  if (found) return { actor: found.actor }
  const mention = nearest(marked)
  if (mention) return { mention }
  const last = actors.get(statements.findLast((statement) => statement.speaker_id)?.speaker_id ?? "")
  if (last) return { actor: last }
  const earlier = nearest(mentions.filter((one) => one.start <= words.start))
  const meant = actors.get(earlier?.actor_id ?? "")
  if (meant) return { actor: meant }
  return earlier ? { mention: earlier } : undefined
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
 * Where names of actors stand in a text, each every time; of names within one another the longest.
 *
 * @param {string} text
 * @param {number} start Of the text, code points.
 * @param {Iterable<Actor>} actors
 */
function namesIn(text, start, actors) {
  /** @type {(Range & {actor: Actor})[]} */
  const found = []
  for (const actor of actors) {
    for (const name of namesOf(actor)) {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
        const from = start + lengthOf(text.slice(0, at))
        found.push({ start: from, end: from + lengthOf(name), actor })
      }
    }
  }
  return found.filter((one) => !found.some((other) => other.start <= one.start && other.end >= one.end && other.end - other.start > one.end - one.start))
}

/** @param {string} text Its length in code points. */
function lengthOf(text) {
  return [...text].length
}
