/** @import {Agreement, Gold} from "./types.js" */
import { button, h } from "../shared/dom.js"
import { number, t, tn } from "../shared/i18n.js"
import { shownChord } from "../shared/keys.js"
import { SaveLight } from "../tag/savelight.js"

/**
 * @typedef {object} StatusHooks
 * @property {() => void} onRetry
 * @property {() => void} onUndo
 * @property {() => void} onRedo
 * @property {() => void} onHelp
 * @property {() => void} onGuidelines
 * @property {() => void} onReturn
 * @property {() => void} onGold
 * @property {() => void} onReopen
 */

/** The bar at the bottom: whether all is saved, how far the review is, what ends it. */
export class ReviewStatus {
  /** @param {StatusHooks} hooks */
  constructor(hooks) {
    this.light = new SaveLight(hooks.onRetry)
    this.counts = h("span", { class: "counts" })
    this.undo = button("btn", hooks.onUndo, { "aria-keyshortcuts": "z" }, t("Undo"), " ", h("kbd", {}, "Z"))
    this.redo = button("btn redo", hooks.onRedo, { title: shownChord("Mod+Shift+Z"), "aria-keyshortcuts": "Shift+Z Control+Shift+Z Meta+Shift+Z" }, t("Redo"), " ", h("kbd", {}, "⇧Z"))
    this.giveBack = button("btn", hooks.onReturn, { "aria-haspopup": "dialog" }, t("Return…"), " ", h("kbd", {}, "B"))
    this.gold = button("btn primary gold", hooks.onGold, { "aria-keyshortcuts": "Control+Enter Meta+Enter" }, `${t("Make gold")} ${shownChord("Mod+Enter")}`)
    this.reopen = button("btn", hooks.onReopen, { hidden: true }, t("Reopen gold"))
    this.made = h("span", { class: "made", hidden: true }, `✓ ${t("gold")}`)
    const keys = button("keys", hooks.onHelp, {}, h("kbd", {}, "?"), ` ${t("keys")}`)
    const guide = button("keys guide", hooks.onGuidelines, { "aria-haspopup": "dialog", "aria-keyshortcuts": "m" }, h("kbd", {}, "M"), ` ${t("guidelines")}`)
    this.root = h("div", { class: "status" }, this.light.parts, this.counts, h("div", { class: "r" }, guide, keys, this.undo, this.redo, this.giveBack, this.made, this.reopen, this.gold))
  }

  /** @param {{decided: number, open: number}} counts */
  show({ decided, open }) {
    this.counts.textContent = `${tn("{n} decided", "{n} decided", decided)} · ${tn("{n} open", "{n} open", open)}`
  }

  /**
   * @param {Gold} gold
   * @param {{canDecide: boolean, canUndo: boolean, canRedo: boolean, canReturn: boolean, editable: boolean, open: number}} may
   */
  showActions(gold, { canDecide, canUndo, canRedo, canReturn, editable, open }) {
    const accepted = gold.status === "accepted"
    this.undo.hidden = !canDecide
    this.undo.disabled = !canUndo
    this.redo.hidden = !canDecide
    this.redo.disabled = !canRedo
    this.giveBack.hidden = !canDecide || !canReturn || accepted
    this.gold.hidden = !editable
    this.gold.classList.toggle("primary", open === 0)
    this.made.hidden = !accepted
    this.reopen.hidden = !accepted || !canDecide
  }
}

/**
 * Says how far the coders agree on the article.
 *
 * @param {HTMLElement} line
 * @param {readonly Agreement[]} agreement
 */
export function showAgreement(line, agreement) {
  const parts = agreement.filter((one) => one.value !== null)
  const words = parts.map((one) => `${partName(one.part)} ${number2(one.value ?? 0)}`)
  line.hidden = words.length === 0
  line.textContent = words.length > 0 ? t("Agreement here: {parts}", { parts: words.join(" · ") }) : ""
  line.title = agreement.map((one) => `${partName(one.part)}: ${one.value === null ? one.reason || t("not defined") : `${number2(one.value)} (n = ${number(one.n)})`}`).join("\n")
}

/** @param {string} part */
function partName(part) {
  /** @type {Record<string, string>} */
  const names = { found: t("found"), speaker: t("speaker"), holder: t("holder"), claim: t("claim"), stance: t("stance"), certainty: t("certainty") }
  return names[part] ?? part
}

/** @param {number} value */
function number2(value) {
  return value.toFixed(2)
}
