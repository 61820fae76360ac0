/** @import {ReviewPage} from "./page.js" */
/** @import {Row} from "./types.js" */
/** @import {Target, Thread} from "../shared/threads.js" */
import { button, h } from "../shared/dom.js"
import { t, told } from "../shared/i18n.js"
import { Talk, talkWords, unresolved } from "../shared/threads.js"
import { ApiError } from "../tag/api.js"
import { newId } from "../shared/ids.js"
import { nameOfCoder } from "./coders.js"

/** The comments of the page: on its rows, and on the article. */
export class Talks {
  /** @param {ReviewPage} page */
  constructor(page) {
    this.page = page
    /** @type {{of: string, talk: Talk} | null} The row whose comments are open; "" for the article's. */
    this.opened = null
    this.words = h("span", {})
    this.button = button("talks", () => this.onArticle(), {}, this.words, " ", h("kbd", {}, "⇧W"))
    this.slot = h("div", { class: "slot" })
    this.root = h("div", { class: "article-talk" }, this.slot)
  }

  /** @returns {Thread[]} */
  get ofArticle() {
    return this.page.session.state.threads.filter((thread) => thread.entity_id === null)
  }

  /**
   * @param {Row} row
   * @returns {Thread[]}
   */
  ofRow(row) {
    const mine = new Set(row.versions.map((version) => `${version.label_set_id}/${version.entity_id}`))
    return this.page.session.state.threads.filter((thread) => mine.has(`${thread.label_set_id}/${thread.entity_id}`))
  }

  refresh() {
    const { ofArticle } = this
    const count = ofArticle.length
    this.words.textContent = count === 0 ? t("Comments") : talkWords(ofArticle)
    this.button.classList.toggle("open", unresolved(ofArticle))
    this.button.hidden = count === 0 && !this.page.boot.can_decide
    if (!this.opened) return
    const row = this.page.row(this.opened.of)
    if (this.opened.of === "") this.opened.talk.show(ofArticle)
    else if (row) this.opened.talk.show(this.ofRow(row))
    else this.opened = null
  }

  onArticle() {
    const { coders } = this.page.session.state
    /** @type {Target[]} */
    const sets = coders.map(({ letter, label_set_id }) => ({ kind: "article", label_set_id, label: t("to {coder}", { coder: nameOfCoder(coders, letter) }) }))
    this.open("", [{ kind: "article", label: t("on the article") }, ...sets], this.slot, this.ofArticle)
  }

  /** @param {string} id */
  onRow(id) {
    const row = this.page.row(id)
    const slot = this.page.cases.slotOf(id)
    if (!row || !slot || row.versions.length === 0 || row.kind === "document_label") return
    const { coders } = this.page.session.state
    const kind = /** @type {"statement" | "span"} */ (row.kind)
    const targets = row.versions.map(({ letter, label_set_id, entity_id }) => ({ kind, label_set_id, entity_id, label: t("to {coder}", { coder: nameOfCoder(coders, letter) }) }))
    this.open(id, targets, slot, this.ofRow(row))
  }

  /**
   * @param {string} of
   * @param {Target[]} targets
   * @param {HTMLElement} slot
   * @param {Thread[]} threads
   */
  open(of, targets, slot, threads) {
    if (this.opened?.of === of) return this.opened.talk.focus()
    this.close(false)
    const talk = new Talk(this.page.boot.article.id, targets, {
      newId,
      send: (change) => this.send(change),
      onClose: () => this.close(true),
    })
    talk.show(threads)
    this.opened = { of, talk }
    slot.append(talk.root)
    talk.focus()
    talk.root.scrollIntoView({ block: "nearest" })
  }

  /** @param {boolean} back Whether the focus goes back to the rows. */
  close(back) {
    this.opened?.talk.root.remove()
    this.opened = null
    if (back) this.page.focusRows()
  }

  /** @param {Record<string, unknown>} change */
  async send(change) {
    const { page } = this
    try {
      const { threads } = await page.api.discuss(change)
      page.session.take({ ...page.session.base, threads })
      return true
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError(0)
      page.toasts.show(told({ message: problem.message, hint: problem.hint }), { problem: true })
      return false
    }
  }
}
