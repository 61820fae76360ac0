/** @import {TagPage} from "./page.js" */
/** @import {Target, Thread} from "../shared/threads.js" */
import { button, h } from "../shared/dom.js"
import { t, told } from "../shared/i18n.js"
import { Talk, talkWords, unresolved } from "../shared/threads.js"
import { ApiError } from "./api.js"
import { newId } from "../shared/ids.js"

/** The comments on one's own labels: on a statement, or on the article, in the panel of statements. */
export class TagTalks {
  /** @param {TagPage} page */
  constructor(page) {
    this.page = page
    /** @type {Thread[]} */
    this.threads = page.boot.threads ?? []
    /** @type {{of: string, talk: Talk} | null} The statement whose comments are open; "" for the article's. */
    this.opened = null
    this.slot = h("div", { class: "talk-slot" })
    this.words = h("span", {})
    this.button = button("talks", () => this.toggle(""), {}, this.words)
  }

  /** Whether comments may be written. */
  get may() {
    return this.page.boot.can_edit
  }

  /**
   * @param {string} statement
   * @returns {Thread[]}
   */
  on(statement) {
    return this.threads.filter((thread) => thread.kind === "statement" && thread.entity_id === statement)
  }

  /** @returns {Thread[]} On my labels as a whole, and on the article. */
  get ofArticle() {
    const mine = this.page.session.state.id
    return this.threads.filter((thread) => thread.entity_id === null && (thread.label_set_id === null || thread.label_set_id === mine))
  }

  /** What was said when the labels were returned, the latest first. */
  get returnedWith() {
    return this.ofArticle.findLast((thread) => thread.label_set_id !== null && !thread.mine && !thread.resolved)?.comments[0]
  }

  refresh() {
    const { ofArticle } = this
    this.words.textContent = ofArticle.length === 0 ? t("Comments") : talkWords(ofArticle)
    this.button.classList.toggle("open", unresolved(ofArticle))
    this.button.hidden = this.page.viewing >= 0 || (ofArticle.length === 0 && !this.may)
    this.opened?.talk.show(this.opened.of === "" ? ofArticle : this.on(this.opened.of))
  }

  /** @param {string} statement Empty: the article. */
  toggle(statement) {
    if (this.opened?.of === statement) return this.close()
    const threads = statement === "" ? this.ofArticle : this.on(statement)
    if (threads.length === 0 && !this.may) return undefined
    this.open(statement, threads)
    return undefined
  }

  /**
   * @param {string} statement
   * @param {Thread[]} threads
   */
  open(statement, threads) {
    const { page } = this
    const talk = new Talk(page.boot.article.id, this.targets(statement), { newId, send: (change) => this.send(change), onClose: () => this.close(), mine: page.viewing < 0 })
    const title = statement === "" ? t("Comments on the article") : t("Comments on the statement")
    this.opened = { of: statement, talk }
    talk.show(threads)
    this.slot.replaceChildren(h("h3", {}, title), talk.root)
    talk.root.scrollIntoView({ block: "nearest" })
    talk.focus()
  }

  /**
   * @param {string} statement Empty: the article.
   * @returns {Target[]} Of labels, only those that the server knows.
   */
  targets(statement) {
    const shown = this.page.state.id
    if (statement !== "" && shown !== null) return [{ kind: "statement", label: "", label_set_id: shown, entity_id: statement }]
    const mine = this.page.session.state.id
    /** @type {Target} */
    const article = { kind: "article", label: t("on the article") }
    return mine === null ? [article] : [{ kind: "article", label: t("on my labels"), label_set_id: mine }, article]
  }

  close() {
    this.opened = null
    this.slot.replaceChildren()
    this.page.focusText()
  }

  /** @param {Record<string, unknown>} change */
  async send(change) {
    try {
      this.threads = (await this.page.api.discuss(change)).threads
      this.page.refresh()
      return true
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError(0)
      this.page.toasts.show(told({ message: problem.message, hint: problem.hint }), { problem: true })
      return false
    }
  }
}
