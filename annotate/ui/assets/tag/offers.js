/** @import {Desk} from "./form.js" */
/** @import {FormValues} from "./formvalues.js" */
/** @import {State} from "./model.js" */
/** @import {Span} from "./types.js" */
/** @import {Entry} from "./suggest.js" */
import { newId } from "../shared/ids.js"
import { byAge } from "./model.js"
import { entryOf, namesOf, suggestedActors } from "./suggest.js"

const MOST = 8

/**
 * What can be found without asking: the registry as far as it is here, and entries made in the form.
 *
 * @param {string} field
 * @param {State} state
 * @param {FormValues} values
 * @returns {Entry[]}
 */
export function knownEntries(field, state, values) {
  if (field === "claim") return [...state.claims.values()].map(entryOf)
  const { speaker, holder, addressee, reported_by: chain } = values
  const fresh = [speaker, holder, addressee, ...chain].flatMap((entry) => (entry?.isNew ? [entry] : []))
  const ids = new Set(fresh.map((entry) => entry.id))
  return [...new Map(fresh.map((entry) => [entry.id, entry])).values(), ...[...state.actors.values()].filter((actor) => !ids.has(actor.id)).map(entryOf)]
}

/**
 * What a field of the form offers before anything is typed.
 *
 * @param {string} field
 * @param {Desk} desk
 * @param {FormValues} values
 * @param {() => Span[]} mentions Nearest to the evidence first.
 * @returns {Entry[]}
 */
export function suggestions(field, desk, values, mentions) {
  const { state, boot } = desk
  if (field === "claim") return claimsHere(state)
  if (field === "reported_by") return reporters(state, values, boot.article.source, boot.published_by)
  return suggestedActors(state, mentions())
}

/**
 * Claims used in this article, latest first, then others known here.
 *
 * @param {State} state
 * @returns {Entry[]}
 */
function claimsHere(state) {
  const used = byAge(state).reverse().flatMap((statement) => state.claims.get(statement.claim_id) ?? [])
  return [...new Set([...used, ...state.claims.values()])].slice(0, MOST).map(entryOf)
}

/**
 * Who may have relayed a statement: whoever published the article, as a new entry where the
 * registry has none, then the media, then others; not the speaker, and nobody twice.
 *
 * @param {State} state
 * @param {FormValues} values
 * @param {string} source
 * @param {readonly string[]} [publishers] Actors of the registry that the source names, in any script.
 * @returns {Entry[]}
 */
export function reporters(state, values, source, publishers = []) {
  const taken = new Set([values.speaker, ...values.reported_by].map((entry) => entry?.id))
  const known = knownEntries("reported_by", state, values)
  const published = known.filter((entry) => publishers.includes(entry.id) || isCalled(entry, source))
  const media = known.filter((entry) => entry.kind === "media")
  /** @type {Entry[]} */
  const fresh = source.trim() !== "" && published.length === 0 ? [{ id: newId(), name: source.trim(), note: "media", kind: "media", isNew: true }] : []
  const offered = new Map([...published, ...fresh, ...media, ...known].map((entry) => [entry.id, entry]))
  return [...offered.values()].filter((entry) => !taken.has(entry.id)).slice(0, MOST)
}

/**
 * @param {Entry} entry
 * @param {string} name
 */
function isCalled(entry, name) {
  return namesOf(entry).some((item) => item.toLowerCase() === name.trim().toLowerCase())
}
