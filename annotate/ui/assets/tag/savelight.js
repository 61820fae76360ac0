/** @import {SaveStatus} from "./queue.js" */
/** @import {Outbox} from "./outbox.js" */
import { button, h } from "../shared/dom.js"
import { number, t, tn } from "../shared/i18n.js"

/** Whether all is saved: of the open article, and of others that still have something to send. */
export class SaveLight {
  /** @param {() => void} onRetry */
  constructor(onRetry) {
    this.save = h("span", { class: "save", data: { state: "saved" } }, t("Saved"))
    this.retry = button("link", onRetry, { hidden: true }, t("Try now"))
    // Heard only when it turns bad or good again: each single save would be noise.
    this.spoken = h("span", { class: "sr", role: "status", "aria-live": "polite" })
    this.parts = [this.save, this.retry, this.spoken]
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
    const words = unsaved ? t("Unfinished statement, kept in this browser") : sent
    this.save.dataset.state = unsaved ? "writing" : status.state
    this.save.dataset.waiting = String(status.waiting)
    this.save.textContent = words
    this.save.title = status.message
    const good = !inTrouble(status)
    this.retry.hidden = good
    if (good !== this.wasGood) this.spoken.textContent = words
    this.wasGood = good
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
