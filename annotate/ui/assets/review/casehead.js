/** @import {Picks} from "./rowmodel.js" */
/** @import {Coder, Row} from "./types.js" */
import { button, h } from "../shared/dom.js"
import { listed, t, tn } from "../shared/i18n.js"
import { nameOfCoder } from "./coders.js"
import { differing, unpicked, waits } from "./rowmodel.js"
import { nameOfField } from "./values.js"

/**
 * How the coders stand to each other on a row.
 *
 * @param {Row} row
 * @param {readonly Coder[]} coders
 */
export function chipsOf(row, coders) {
  const { versions, verdict, raised } = row
  const apart = differing(row)
  const chips = []
  /** @type {Record<string, string>} */
  const again = { changed: t("changed since decided"), added: t("more coders since decided"), gone: t("a coder has removed it since") }
  if (row.joined) chips.push(chip("gold dashed", tn("{n} row joined", "{n} rows joined", row.joined)))
  if (raised) chips.push(chip("gold dashed", again[raised] ?? raised))
  if (verdict === "unanimous" && coders.length > 1) chips.push(chip("support", t("unanimous")))
  else if (versions.length === 1 && coders.length > 1) chips.push(chip("unclear dashed", t("only {coder}", { coder: nameOfCoder(coders, versions[0]?.letter ?? "") })))
  if (apart.length > 0) chips.push(chip("oppose", t("differs: {fields}", { fields: listed(apart.map(nameOfField).map((name) => name.toLocaleLowerCase())) })))
  if (versions.length > 1 && versions.length < coders.length) chips.push(chip("unclear dashed", t("{n} of {total} coders", { n: versions.length, total: coders.length })))
  return chips
}

/**
 * @param {string} tone
 * @param {string} text
 */
function chip(tone, text) {
  return h("span", { class: `chip ${tone}` }, h("span", {}, text))
}

/**
 * What was decided, in words.
 *
 * @param {Row} row
 */
export function verdictOf(row) {
  if (!row.decision || waits(row)) return null
  const words = {
    accepted: t("accepted"),
    mixed: t("mixed"),
    edited: t("edited"),
    written: t("written anew"),
    rejected: t("rejected"),
  }
  const { verdict } = row.decision
  return h("span", { class: verdict === "rejected" ? "done no" : "done" }, `${verdict === "rejected" ? "✗" : "✓"} ${words[verdict]}`)
}

/**
 * What can be done with a row now.
 *
 * @param {Row} row
 * @param {readonly Coder[]} coders
 * @param {Picks} picks
 * @param {boolean} on Whether the keys are for this row.
 * @param {boolean} byHand Whether somebody has picked versions since the row was decided.
 * @param {{onTake: (letter: string) => void, onAct: (action: "accept" | "reject" | "edit" | "reopen") => void}} hooks
 */
export function actsOf(row, coders, picks, on, byHand, { onTake, onAct }) {
  const act = (/** @type {"accept" | "reject" | "edit" | "reopen"} */ action, /** @type {string} */ words, /** @type {string} */ key, look = "btn") =>
    button(look, (event) => {
      event.stopPropagation()
      onAct(action)
    }, { data: { action, at: action }, tabindex: on ? "0" : "-1" }, words, on && key ? [" ", h("kbd", {}, key)] : null)
  const edit = act("edit", t("Edit"), "E")
  if (!waits(row)) return on ? [edit, act("reopen", t("Undo this decision"), "", "link")] : []
  const apart = differing(row)
  const { versions, raised } = row
  const takes = apart.length === 0 && !raised ? [] : versions.map(({ letter }, i) =>
    button("btn take", (event) => {
      event.stopPropagation()
      onTake(letter)
    }, { data: { action: "take", letter, at: `take/${letter}` }, tabindex: on ? "0" : "-1", title: t("Take the version of {coder}", { coder: nameOfCoder(coders, letter) }) }, h("span", { dir: "auto" }, t("Take {coder}", { coder: nameOfCoder(coders, letter) })), on ? [" ", h("kbd", {}, i + 1)] : null))
  const reject = versions.length > 0 ? act("reject", t("Reject…"), "X") : null
  const ready = unpicked(row, picks).length === 0
  const words = raised && !byHand ? t("Keep") : apart.length > 0 ? t("Accept mix") : t("Accept")
  return [...takes, reject, edit, act("accept", words, "↵", on && ready ? "btn primary" : "btn")]
}
