import { button, h } from "../shared/dom.js"
import { t, tn } from "../shared/i18n.js"
import { shownChord } from "../shared/keys.js"
import { SaveLight } from "./savelight.js"

/**
 * @typedef {object} StatusHooks
 * @property {() => void} onUndo
 * @property {() => void} onRedo
 * @property {() => void} onHelp
 * @property {() => void} onGuidelines
 * @property {() => void} onSubmit
 * @property {() => void} onTakeBack
 * @property {() => void} onRetry
 */

/** The bar at the bottom: whether all is saved, counts, undo and redo, submission. */
export class StatusBar {
  /** @param {StatusHooks} hooks */
  constructor(hooks) {
    this.light = new SaveLight(hooks.onRetry)
    this.counts = h("span", { class: "counts" })
    this.codebook = h("span", { class: "codebook" })
    this.undo = button("btn", hooks.onUndo, { title: shownChord("Mod+Z") }, `↶ ${t("Undo")}`)
    this.redo = button("btn", hooks.onRedo, { title: shownChord("Mod+Shift+Z") }, `↷ ${t("Redo")}`)
    this.help = button("keys", hooks.onHelp, {}, h("kbd", {}, "?"), ` ${t("keys")}`)
    this.guidelines = button("keys", hooks.onGuidelines, { "aria-haspopup": "dialog", "aria-keyshortcuts": "m" }, h("kbd", {}, "M"), ` ${t("guidelines")}`)
    this.submit = button("btn primary", hooks.onSubmit, { "aria-keyshortcuts": "Control+Enter Meta+Enter" }, `${t("Submit")} ${shownChord("Mod+Enter")}`)
    this.takeBack = button("btn", hooks.onTakeBack, { hidden: true }, t("Take back"), " ", h("kbd", {}, "T"))
    const right = h("div", { class: "r" }, this.undo, this.redo, this.guidelines, this.help, this.takeBack, this.submit)
    this.root = h("div", { class: "status" }, this.light.parts, this.counts, this.codebook, right)
  }

  /**
   * @param {number} spans
   * @param {number} statements
   * @param {number} version
   */
  showCounts(spans, statements, version) {
    this.counts.textContent = `${tn("{n} span", "{n} spans", spans)} · ${tn("{n} statement", "{n} statements", statements)}`
    this.codebook.textContent = t("Codebook v{version}", { version })
  }

  /**
   * @param {{canUndo: boolean, canRedo: boolean, canSubmit: boolean, canTakeBack: boolean}} may
   */
  showActions({ canUndo, canRedo, canSubmit, canTakeBack }) {
    this.undo.disabled = !canUndo
    this.redo.disabled = !canRedo
    this.submit.hidden = !canSubmit
    this.takeBack.hidden = !canTakeBack
  }
}
