/** @import {Actor, Alias, Claim, Found, Span} from "./types.js" */
/** @import {State} from "./model.js" */
import { number, t } from "../shared/i18n.js"

/**
 * A registry entry as the fields of the form hold it. `isNew`: made here, not stored yet; `twice`:
 * although one is called so already. `same`: what was searched for is its name, in whatever script.
 *
 * @typedef {{id: string, name: string, note: string, kind?: string, isNew?: boolean, twice?: boolean, aliases?: Alias[], translation?: string, matched?: string, same?: boolean, uses?: number}} Entry
 */

/** Longest place or remark that the server takes, characters. */
export const LONGEST = 4000

/** Longest names that the registries take, characters. */
export const LONGEST_NAMES = { actors: 200, claims: 4000 }

/** Kinds that a new actor can have, in the order of the choice. */
export const ACTOR_KINDS = ["person", "organisation", "government", "party", "media", "group", "place", "other"]

/**
 * @param {Actor | Claim | Found} item
 * @returns {Entry}
 */
export function entryOf(item) {
  const name = "name" in item && item.name ? item.name : "text" in item && item.text ? item.text : ""
  const kind = "kind" in item ? item.kind : undefined
  /** @type {Entry} */
  const entry = { id: item.id, name, note: kind ?? "" }
  if (kind) entry.kind = kind
  if (item.aliases) entry.aliases = item.aliases
  if ("translation" in item && item.translation) entry.translation = item.translation
  if ("matched" in item && item.matched) entry.matched = item.matched
  if ("same" in item && item.same) entry.same = true
  if ("uses" in item && item.uses !== undefined) entry.uses = item.uses
  return entry
}

/**
 * All names of an entry.
 *
 * @param {{name?: string, text?: string, aliases?: Alias[]}} item
 * @returns {string[]}
 */
export function namesOf(item) {
  const aliases = (item.aliases ?? []).map((alias) => (typeof alias === "string" ? alias : alias.text))
  return [item.name ?? item.text ?? "", ...aliases].filter((name) => name !== "")
}

/** A name without case, spaces, hyphens and dots: Kim Sung-han is found as kimsunghan. @param {string} name */
function tight(name) {
  return name.toLowerCase().replace(/[\s.·・-]/gu, "")
}

/**
 * Known entries with a name that holds the query: what can be offered before the server answers.
 *
 * @param {Iterable<Entry>} entries
 * @param {string} query
 * @returns {Entry[]}
 */
export function matching(entries, query) {
  const wanted = tight(query) || query.trim().toLowerCase()
  /** @type {{entry: Entry, rank: number}[]} */
  const found = []
  for (const entry of entries) {
    const names = namesOf(entry)
    const hit = names.find((name) => tight(name).includes(wanted))
    if (hit === undefined) continue
    const rank = tight(hit) === wanted ? 0 : tight(hit).startsWith(wanted) ? 1 : 2
    found.push({ entry: hit === entry.name ? entry : { ...entry, matched: hit }, rank })
  }
  return found.sort((a, b) => a.rank - b.rank).map((item) => item.entry)
}

/**
 * The actor that a name means, when exactly one entry carries it.
 *
 * @param {Iterable<Actor>} actors
 * @param {string} name
 * @returns {Actor | undefined}
 */
export function actorNamed(actors, name) {
  const wanted = name.trim().toLowerCase()
  const found = [...actors].filter((actor) => namesOf(actor).some((item) => item.toLowerCase() === wanted))
  return found.length === 1 ? found[0] : undefined
}

/**
 * Mentions ordered by how likely they name the speaker of a quotation: nearest before it in
 * the same paragraph, then nearest after it there, then nearest before and after elsewhere.
 *
 * @template {{start: number}} T
 * @param {readonly T[]} mentions
 * @param {{start: number, end: number}} place
 * @param {(at: number) => number} paragraphAt
 * @returns {T[]}
 */
export function nearestMentions(mentions, place, paragraphAt) {
  const home = paragraphAt(place.start)
  /** @param {{start: number}} span */
  const distance = (span) => {
    const before = span.start <= place.start
    const away = Math.abs(span.start - place.start)
    const same = paragraphAt(span.start) === home
    return (same ? 0 : 2e9) + (before ? 0 : 1e9) + away
  }
  return [...mentions].sort((a, b) => distance(a) - distance(b))
}

/**
 * Actors to offer before anything is typed: mentioned ones, nearest first, then others known by this text.
 *
 * @param {State} state
 * @param {readonly Span[]} mentions Nearest first.
 * @returns {Entry[]}
 */
export function suggestedActors(state, mentions) {
  /** @type {Map<string, Entry>} */
  const found = new Map()
  for (const span of mentions) {
    const actor = state.actors.get(span.actor_id ?? "")
    if (actor && !found.has(actor.id)) found.set(actor.id, entryOf(actor))
  }
  for (const actor of state.actors.values()) if (!found.has(actor.id)) found.set(actor.id, entryOf(actor))
  return [...found.values()].slice(0, 8)
}

/**
 * What the server found, with those first that bear the very name, then those that the text or its
 * labels name: they are likelier to be meant than others that are used more.
 *
 * @param {readonly Entry[]} found
 * @param {readonly Entry[]} local
 * @param {string} query
 */
export function merged(found, local, query) {
  const all = [...found, ...local.filter((entry) => !found.some((item) => item.id === entry.id))]
  const here = new Set(local.map((entry) => entry.id))
  const rank = (/** @type {Entry} */ entry) => (sameName(entry, query) ? 0 : here.has(entry.id) ? 1 : 2)
  return all.sort((a, b) => rank(a) - rank(b))
}

/**
 * @param {Entry} entry One that was found with the name, or is known here.
 * @param {string} name
 */
export function sameName(entry, name) {
  return entry.same === true || namesOf(entry).some((item) => item.toLowerCase() === name.toLowerCase())
}

/**
 * Why a name cannot be that of a new entry; empty where it can.
 *
 * @param {"actors" | "claims"} registry
 * @param {string} name
 */
export function tooLong(registry, name) {
  const most = LONGEST_NAMES[registry]
  const count = [...name].length
  if (count <= most) return ""
  return registry === "actors"
    ? t("The name of an actor has {most} characters at most; this has {count}", { most: number(most), count: number(count) })
    : t("A claim has {most} characters at most; this has {count}", { most: number(most), count: number(count) })
}

/**
 * The operation that makes a new entry.
 *
 * @param {Entry} entry
 */
export function creation({ id, name, kind, twice }) {
  const made = kind ? { kind: "create_actor", actor: { id, name, kind, aliases: [] } } : { kind: "create_claim", claim: { id, text: name, topic: "", aliases: [] } }
  return twice ? { ...made, twice } : made
}
