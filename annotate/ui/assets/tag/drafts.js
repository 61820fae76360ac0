/** @import {Outcome, Value} from "./types.js" */
/** @import {Entry} from "./queue.js" */
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
 * Makes what the form held an unfinished statement again where the server refused to store it.
 *
 * @param {Keep} keep
 * @param {readonly Entry[]} sent
 * @param {readonly Outcome[]} outcomes
 */
export function giveBack(keep, sent, outcomes) {
  const refused = new Map(outcomes.filter((outcome) => outcome.state === "refused").map((outcome) => [outcome.id, outcome]))
  for (const { op, form } of sent) {
    const outcome = refused.get(op.id)
    if (outcome && form) keep.saveDraft({ id: op.id, values: form, reason: reasonOf(outcome) })
  }
}
