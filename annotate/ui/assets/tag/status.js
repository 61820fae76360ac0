/** @import {SaveStatus} from "./queue.js" */
/** @import {Outbox} from "./outbox.js" */
import { button, h } from "../shared/dom.js"
import { number, t, tn } from "../shared/i18n.js"
import { shownChord } from "./keys.js"

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
    this.save = h("span", { class: "save", data: { state: "saved" } }, t("Saved"))
    this.retry = button("link", hooks.onRetry, { hidden: true }, t("Try now"))
    // Heard only when it turns bad or good again: each single save would be noise.
    this.spoken = h("span", { class: "sr", role: "status", "aria-live": "polite" })
    this.counts = h("span", { class: "counts" })
    this.codebook = h("span", { class: "codebook" })
    this.undo = button("btn", hooks.onUndo, { title: shownChord("Mod+Z") }, `↶ ${t("Undo")}`)
    this.redo = button("btn", hooks.onRedo, { title: shownChord("Mod+Shift+Z") }, `↷ ${t("Redo")}`)
    this.help = button("keys", hooks.onHelp, {}, h("kbd", {}, "?"), ` ${t("keys")}`)
    this.guidelines = button("keys", hooks.onGuidelines, { "aria-haspopup": "dialog", "aria-keyshortcuts": "m" }, h("kbd", {}, "M"), ` ${t("guidelines")}`)
    this.submit = button("btn primary", hooks.onSubmit, { "aria-keyshortcuts": "Control+Enter Meta+Enter" }, `${t("Submit")} ${shownChord("Mod+Enter")}`)
    this.takeBack = button("btn", hooks.onTakeBack, { hidden: true }, t("Take back"), " ", h("kbd", {}, "T"))
    const right = h("div", { class: "r" }, this.undo, this.redo, this.guidelines, this.help, this.takeBack, this.submit)
    this.root = h("div", { class: "status" }, this.save, this.retry, this.spoken, this.counts, this.codebook, right)
    this.wasGood = true
    /** @type {SaveStatus} */
    this.own = { state: "saved", waiting: 0, message: "" }
    /** @type {ReturnType<Outbox["elsewhere"]>} */
    this.elsewhere = { ...this.own, articles: 0 }
    this.writing = false
  }

  /** @param {boolean} writing Whether a statement is being written that is not saved. */
  showWriting(writing) {
    if (writing === this.writing) return
    this.writing = writing
    this.show()
  }

  /** @param {SaveStatus} status Of the open article. */
  showSave(status) {
    this.own = status
    this.show()
  }

  /** @param {ReturnType<Outbox["elsewhere"]>} status Of what other articles still have to send. */
  showElsewhere(status) {
    this.elsewhere = status
    this.show()
  }

  show() {
    const { own, elsewhere } = this
    // Trouble goes before what is merely under way.
    const status = [own, elsewhere].find(inTrouble) ?? (own.waiting > 0 ? own : elsewhere)
    const unsaved = this.writing && status.state === "saved"
    const sent = status === elsewhere && status.state === "offline" ? wordsElsewhere(elsewhere) : wordsFor(status)
    const words = unsaved ? t("Statement not saved yet") : sent
    this.save.dataset.state = unsaved ? "writing" : status.state
    this.save.dataset.waiting = String(status.waiting)
    this.save.textContent = words
    this.save.title = status.message
    const good = !inTrouble(status)
    this.retry.hidden = good
    if (good !== this.wasGood) this.spoken.textContent = words
    this.wasGood = good
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

/** @param {SaveStatus} status */
function inTrouble({ state }) {
  return state === "offline" || state === "signedout"
}

/** @param {ReturnType<Outbox["elsewhere"]>} status */
function wordsElsewhere({ waiting, articles }) {
  if (articles > 1) return t("Not saved: {n} changes to other articles are waiting", { n: number(waiting) })
  return tn("Not saved: {n} change to another article is waiting", "Not saved: {n} changes to another article are waiting", waiting)
}

/** @param {SaveStatus} status */
function wordsFor({ state, waiting }) {
  switch (state) {
    case "saved":
      return t("Saved")
    case "saving":
      return t("Saving…")
    case "signedout":
      return t("Signed out: sign in in another tab; nothing is lost, {n} waiting", { n: number(waiting) })
    default:
      return t("Not saved: no connection, {n} waiting", { n: number(waiting) })
  }
}
