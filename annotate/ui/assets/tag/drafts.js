/** @import {Outcome, Value} from "./types.js" */
/** @import {Entry} from "./queue.js" */
/** @import {Entry as Named} from "./suggest.js" */
/** @import {FormValues} from "./formvalues.js" */
/** @import {Keep} from "./keep.js" */
import { label, t, told } from "../shared/i18n.js"

/**
 * An unfinished statement as it is kept; with the reason where the server refused it.
 *
 * @typedef {{id: string, values: FormValues, reason?: string}} Draft
 */

/**
 * What an unfinished statement is recognised by; empty where nothing worth keeping was filled in.
 *
 * @param {FormValues} values
 * @param {readonly Value[]} stances What the codebook has.
 */
export function summary(values, stances) {
  const { speaker, stance, claim, loose = {}, note, venue, evidence } = values
  const said = label(stances.find((value) => value.name === stance), stance ?? "")
  const names = [speaker?.name ?? loose.speaker, said, claim?.name ?? loose.claim].filter(Boolean).join(" · ")
  return names || note || venue || Object.values(loose)[0] || (evidence[0]?.quote ?? "")
}

/**
 * Why a change was not made, in words for its maker.
 *
 * @param {Outcome} outcome
 */
export function reasonOf(outcome) {
  const reason = told({ message: outcome.message || t("The server refused a change"), hint: outcome.hint ?? "" })
  return outcome.code === "conflict" ? t("Changed elsewhere meanwhile, so your change was not made: {reason}", { reason }) : reason
}

/**
 * What the server refused, with the operations as their makers are to have them back: what names a
 * new entry that was refused is refused for that reason, and the entry is one to be chosen again.
 *
 * @param {readonly Entry[]} sent
 * @param {readonly Outcome[]} outcomes
 * @returns {{outcome: Outcome, entry: Entry | undefined}[]}
 */
export function refusals(sent, outcomes) {
  const refused = outcomes.filter((outcome) => outcome.state === "refused")
  const entries = new Map(sent.map((entry) => [entry.op.id, entry]))
  /** @type {Map<string, Outcome>} By the id of the entry that was to be made. */
  const unmade = new Map()
  /** @type {Set<Outcome>} Those told with what they have prevented. */
  const causes = new Set()
  const found = refused.map((outcome) => {
    const entry = entries.get(outcome.id)
    const made = entry?.op.kind.startsWith("create_") ? (entry.op.actor ?? entry.op.claim).id : ""
    const text = JSON.stringify(entry?.op ?? {})
    const cause = [...unmade].find(([id]) => text.includes(id))?.[1]
    if (made) unmade.set(made, outcome)
    if (!entry || !cause) return { outcome, entry }
    causes.add(cause)
    return { outcome: { ...cause, id: outcome.id }, entry: entry.form ? { ...entry, form: rechosen(entry.form, ({ id }) => unmade.has(id)) } : entry }
  })
  return found.filter(({ outcome }) => !causes.has(outcome))
}

/**
 * Makes what the form held an unfinished statement again where the server refused to store it.
 *
 * @param {Keep} keep
 * @param {readonly Entry[]} sent
 * @param {readonly Outcome[]} outcomes
 */
export function giveBack(keep, sent, outcomes) {
  const refused = refusals(sent, outcomes)
  for (const { outcome, entry } of refused) {
    if (entry?.form) keep.saveDraft({ id: outcome.id, values: entry.form, reason: reasonOf(outcome) })
  }
  return refused
}

/**
 * What a form held, with some entries as names that are not chosen yet.
 *
 * @param {FormValues} values
 * @param {(entry: Named) => boolean} lost Whether there is no such entry.
 * @returns {FormValues}
 */
export function rechosen(values, lost) {
  const { reported_by: chain } = values
  /** @type {Record<string, string>} */
  const loose = { ...values.loose }
  /** @type {Partial<FormValues>} */
  const open = {}
  for (const name of /** @type {const} */ (["speaker", "holder", "addressee", "claim"])) {
    const entry = values[name]
    if (!entry || !lost(entry)) continue
    open[name] = null
    loose[name] = entry.name
  }
  // The field holds one name; of more the next waits for its turn.
  const relay = chain.find(lost)
  if (relay) loose.reported_by = relay.name
  return { ...values, ...open, reported_by: chain.filter((entry) => entry !== relay), loose }
}
