/** @import {Boot, Queue} from "./types.js" */
import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { isKept, write } from "../shared/storage.js"

/** @typedef {1 | 2 | 3} Step Words are to be selected; a statement to be begun; the form to be filled in. */

/**
 * What stands in the place of statements while there are none: the three steps to the first one
 * for whoever has never made any and does not want them away, one sentence for all others.
 */
export class FirstSteps {
  /** @param {Boot} boot */
  constructor(boot) {
    this.place = `claimdesk:first-steps:${boot.me.id}`
    this.fresh = !isPractised(boot.queue) && !isKept(this.place)
    this.root = h("div", { class: "empty" })
    this.drawn = ""
  }

  /**
   * @param {boolean} wanted Whether there is room for it: no statements, and they may be made.
   * @param {Step} step
   * @param {boolean} selected Whether there are words for the evidence: a statement can do without.
   */
  show(wanted, step, selected) {
    this.root.hidden = !wanted || (!this.fresh && step === 3)
    const look = this.fresh ? `${step} ${selected}` : "line"
    if (this.root.hidden || look === this.drawn) return
    this.drawn = look
    const line = h("p", {}, withKey(t("Select the words that prove a statement and press {key}."), "S"))
    this.root.replaceChildren(this.fresh ? this.steps(step, selected) : line)
  }

  /** A statement was made here, by whoever reads this. */
  done() {
    if (!this.fresh) return
    this.fresh = false
    write(this.place, "done")
  }

  /** @param {Step} now @param {boolean} selected */
  steps(now, selected) {
    const texts = [
      withKey(t("Select the words that show a position: draw over them, or press {key} and type some of them."), "/"),
      withKey(t("Press {key}: they become the evidence of a statement."), "S"),
      withKey(t("Say who speaks, with which stance on which claim. {key} saves."), "↵"),
    ]
    const items = texts.map((text, n) => h("li", { class: selected && n + 1 < now ? "past" : "", "aria-current": n + 1 === now && "step" }, h("span", {}, text)))
    const hide = button("link", () => this.hide(), {}, t("Hide"))
    return h("section", { class: "first", "aria-label": t("Your first statement") },
      h("header", {}, h("span", { class: "head" }, t("Your first statement")), hide),
      h("ol", {}, items),
      h("p", { class: "tiny" }, withKey(t("{key} shows all keys."), "?")))
  }

  hide() {
    this.done()
    this.show(true, 1, false)
  }
}

/**
 * Whether somebody has made statements, in whatever browser.
 *
 * @param {Queue} queue
 */
export function isPractised(queue) {
  return queue.done > 0 || queue.returned.length > 0 || queue.mine.some((item) => item.statements > 0)
}

/** @param {string} text With `{key}` where the key goes. @param {string} key */
function withKey(text, key) {
  const [before = "", after = ""] = text.split("{key}")
  return [before, h("kbd", {}, key), after]
}
