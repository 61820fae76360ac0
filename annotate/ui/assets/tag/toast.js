import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { shownChord } from "../shared/keys.js"

const SHORT = 6000
const MOST = 4

/** What a message offers; its key is one of the page's own. @typedef {{text: string, action: () => void, key?: string}} ToastAction */

/** Short messages at the lower edge. Problems stay until they are put away. */
export class Toasts {
  constructor() {
    this.root = h("div", { class: "toasts" })
    this.polite = h("div", { role: "status", "aria-live": "polite" })
    this.loud = h("div", { role: "alert" })
    this.root.append(this.loud, this.polite)
  }

  /**
   * @param {string} text
   * @param {{actions?: ToastAction[], problem?: boolean}} [how]
   */
  show(text, { actions = [], problem = false } = {}) {
    const element = h("div", { class: problem ? "toast problem" : "toast", data: { kind: problem ? "problem" : "note" } }, h("span", { dir: "auto" }, text))
    const close = () => element.remove()
    for (const { text: name, action, key } of actions) {
      element.append(
        button("link", () => {
          close()
          action()
        }, {}, name, key ? [" ", h("kbd", {}, shownChord(key))] : null),
      )
    }
    element.append(button("x", close, { "aria-label": t("Close") }, "×"))
    const home = problem ? this.loud : this.polite
    home.append(element)
    while (home.children.length > MOST) home.firstElementChild?.remove()
    if (!problem) this.expire(element)
  }

  /** Takes away the messages that are no problems: what they offer may no longer hold. */
  clearNotes() {
    this.polite.replaceChildren()
  }

  /** @param {HTMLElement} element Goes unless the pointer or the focus is on it. */
  expire(element) {
    setTimeout(() => {
      if (element.matches(":hover,:focus-within")) this.expire(element)
      else element.remove()
    }, SHORT)
  }
}
