/** @import {Became, Codebook, Statement} from "./types.js" */
/** @import {State} from "./model.js" */
import { h } from "../shared/dom.js"
import { label, listed, t, tn } from "../shared/i18n.js"
import { valueOf } from "../shared/values.js"
import { nameOfPart } from "./formvalues.js"

/**
 * What became of a statement in words; `changes` are what it had and what gold has, as far as
 * gold may be seen.
 *
 * @typedef {{state: Became["state"], reason: string, differs: string[], changes: {name: string, old: string, now: string}[]}} Outcome
 */

/**
 * @param {Became} became
 * @param {Statement} statement As it was submitted.
 * @param {State} state
 * @param {Codebook} codebook
 * @returns {Outcome}
 */
export function outcomeOf({ state: what, reason, differs, now }, statement, state, codebook) {
  const differing = differs.map((part) => nameOfPart(part).toLocaleLowerCase())
  if (!now) return { state: what, reason, differs: differing, changes: [] }
  const old = { ...statement, evidence: statement.evidence.flatMap((id) => state.spans.get(id)?.quote ?? []) }
  const changes = differs.map((part, i) => ({
    name: differing[i] ?? "",
    old: inWords(part, /** @type {Record<string, any>} */ (old)[part], statement.speaker_id, state, codebook),
    now: inWords(part, now[part], now.speaker_id ?? statement.speaker_id, state, codebook),
  }))
  return { state: what, reason, differs: differing, changes }
}

/**
 * @param {string} part Of a statement.
 * @param {any} value
 * @param {string | null | undefined} speaker Who speaks for themself where no holder is named.
 * @param {State} state
 * @param {Codebook} codebook
 */
function inWords(part, value, speaker, state, codebook) {
  /** @param {string} id */
  const actor = (id) => state.actors.get(id)?.name ?? t("unknown actor")
  if (part === "holder_id" && (!value || value === speaker)) return t("the speaker")
  if (part === "evidence") return value.length > 0 ? value.join(" … ") : t("the whole article")
  if (!value || value.length === 0) return "–"
  if (part === "reported_by") return value.map(actor).join(" ← ")
  if (part === "claim_id") return state.claims.get(value)?.text ?? t("unknown claim")
  if (part === "stance") return label(valueOf(codebook, "stances", value), value)
  if (part === "certainty") return label(valueOf(codebook, "certainties", value), value)
  return part.endsWith("_id") ? actor(value) : value
}

/** @param {Outcome} outcome */
export function outcomeBox({ state, reason, differs, changes }) {
  const words = {
    accepted: `✓ ${t("taken into gold")}`,
    amended: changes.length > 0 ? `✎ ${t("in gold with changes")}` : `✎ ${t("in gold with changes: {fields}", { fields: listed(differs) })}`,
    rejected: `✗ ${t("not taken into gold")}`,
    undecided: t("not decided"),
  }
  const list = changes.map(({ name, old, now }) =>
    h("li", {}, `${name}: `, h("del", { dir: "auto" }, old), " → ", h("ins", { dir: "auto" }, now)))
  return h("div", { class: "became", data: { state } },
    h("span", {}, words[state]),
    list.length > 0 ? h("ul", {}, list) : null,
    reason ? h("q", { dir: "auto" }, reason) : null)
}

/**
 * What became of all statements together; empty where there are none.
 *
 * @param {Record<string, Became>} outcomes
 */
export function tally(outcomes) {
  const n = { accepted: 0, amended: 0, rejected: 0, undecided: 0 }
  for (const { state } of Object.values(outcomes)) n[state] += 1
  const parts = [
    n.accepted > 0 && tn("{n} taken as it is", "{n} taken as they are", n.accepted),
    n.amended > 0 && tn("{n} changed", "{n} changed", n.amended),
    n.rejected > 0 && tn("{n} not taken", "{n} not taken", n.rejected),
    n.undecided > 0 && tn("{n} not decided", "{n} not decided", n.undecided),
  ].filter((part) => part !== false)
  return listed(parts)
}
