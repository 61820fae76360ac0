import { button, h, uid } from "./dom.js"
import { t, tn, when } from "./i18n.js"

/**
 * Comments on an article, or on what somebody recorded on it.
 *
 * @typedef {{id: string, at: string, by: string, mine: boolean, text: string}} Comment `by` is a name to show.
 *
 * @typedef {object} Thread
 * @property {string} id
 * @property {string | null} label_set_id None: about the article.
 * @property {"article" | "span" | "statement"} kind
 * @property {string | null} entity_id
 * @property {boolean} resolved
 * @property {boolean} mine
 * @property {boolean} may_resolve
 * @property {Comment[]} comments
 *
 * @typedef {{kind: "article" | "span" | "statement", label: string, label_set_id?: string, entity_id?: string}} Target What a new thread is about; `label` tells several apart.
 *
 * @typedef {object} TalkHooks
 * @property {() => string} newId
 * @property {(change: Record<string, unknown>) => Promise<boolean>} send Whether it was stored; says itself why not.
 * @property {() => void} onClose
 * @property {boolean} [mine] Whether the labels are one's own.
 */

/** Longest comment that the server takes, characters. */
const LONGEST = 4000

/**
 * How many comments there are, on the button that opens them.
 *
 * @param {readonly Thread[]} threads
 */
export function talkWords(threads) {
  const count = threads.reduce((sum, thread) => sum + thread.comments.length, 0)
  return count === 0 ? t("comment") : tn("{n} comment", "{n} comments", count)
}

/** Whether something in these threads still wants an answer. @param {readonly Thread[]} threads */
export function unresolved(threads) {
  return threads.some((thread) => !thread.resolved)
}

/**
 * Who will read what is written.
 *
 * @param {{label_set_id?: string | null} | undefined} about The thread that it goes into, or what a new one is about.
 * @param {boolean} mine Whether the labels are one's own.
 */
export function readersOf(about, mine) {
  if (!about?.label_set_id) return t("Everybody whose labels of this article are submitted is told. Whoever still codes it blind reads nothing of it.")
  return mine ? t("Reviewers read it, and whoever else may see these labels.") : t("Their coder is told. Whoever else may see these labels can read it.")
}

/**
 * Whether a thread is about this, rather than about what another coder recorded.
 *
 * @param {{label_set_id?: string | null, entity_id?: string | null}} thread
 * @param {{label_set_id?: string | null, entity_id?: string | null} | undefined} target
 */
export function isAbout(thread, target) {
  return (thread.label_set_id ?? null) === (target?.label_set_id ?? null) && (thread.entity_id ?? null) === (target?.entity_id ?? null)
}

/** The threads on one thing, with a field for an answer or a new thread. */
export class Talk {
  /**
   * @param {string} articleId
   * @param {readonly Target[]} targets What can be written about: each has threads, and readers, of its own.
   * @param {TalkHooks} hooks
   */
  constructor(articleId, targets, hooks) {
    this.articleId = articleId
    this.targets = targets
    this.hooks = hooks
    this.target = targets[0]
    /** @type {readonly Thread[]} */
    this.threads = []
    this.look = ""
    this.list = h("div", { class: "threads" })
    this.readers = h("p", { class: "tiny readers", id: uid("readers") })
    this.input = h("textarea", { class: "in", rows: 2, dir: "auto", maxlength: LONGEST, "aria-label": t("Comment"), "aria-describedby": this.readers.id })
    this.send = button("btn primary", () => void this.say(), {}, t("Send"), " ", h("kbd", {}, "↵"))
    this.about = h("select", { class: "in", "aria-label": t("About"), on: { change: () => this.choose(targets[this.about.selectedIndex]) } }, targets.map((item) => h("option", {}, item.label)))
    const whom = targets.length > 1 ? h("div", { class: "select about" }, this.about) : null
    this.root = h("div", { class: "talk", role: "group", "aria-label": t("Comments"), on: { keydown: (/** @type {KeyboardEvent} */ event) => this.key(event) } },
      this.list, this.input, this.readers, h("div", { class: "buttons" }, whom, button("btn", () => hooks.onClose(), {}, t("Close"), " ", h("kbd", {}, "Esc")), this.send))
  }

  /** @param {readonly Thread[]} threads */
  show(threads) {
    const look = JSON.stringify(threads)
    if (look === this.look) return
    this.look = look
    const first = this.threads.length === 0
    this.threads = threads
    this.list.replaceChildren(...threads.map((thread) => this.thread(thread)))
    const latest = threads.findLast((thread) => !thread.resolved)
    const answered = first && latest ? this.targets.find((target) => isAbout(latest, target)) : undefined
    this.choose(answered ?? this.target)
  }

  /** @param {Target | undefined} target What is written about from now on. */
  choose(target) {
    this.target = target
    this.about.selectedIndex = target ? this.targets.indexOf(target) : -1
    this.input.placeholder = this.open ? t("Answer…") : t("Write a comment…")
    this.readers.textContent = readersOf(target, this.hooks.mine ?? false)
  }

  /** The thread that an answer goes to: the latest one about this that is not resolved. */
  get open() {
    return this.threads.findLast((thread) => !thread.resolved && isAbout(thread, this.target))
  }

  focus() {
    this.input.focus()
  }

  /** @param {Thread} thread */
  thread(thread) {
    const settle = thread.may_resolve && button("link", () => void this.settle(thread), {}, thread.resolved ? t("Open again") : t("Resolve"))
    const about = this.targets.length > 1 && this.targets.find((target) => isAbout(thread, target))
    return h("div", { class: thread.resolved ? "thread resolved" : "thread", data: { id: thread.id } },
      about && h("div", { class: "tiny", dir: "auto" }, about.label),
      thread.comments.map((comment) => h("div", { class: "comment" },
        h("div", { class: "by" }, h("b", { dir: "auto" }, comment.mine ? t("You") : comment.by), h("time", { class: "tiny", datetime: comment.at }, when(comment.at))),
        h("p", { dir: "auto" }, comment.text))),
      h("div", { class: "settle" }, thread.resolved ? h("span", { class: "tiny" }, t("resolved")) : null, settle))
  }

  async say() {
    const text = this.input.value.trim()
    if (text === "" || this.send.disabled) return this.input.focus()
    const { newId, send } = this.hooks
    const thread = this.open
    const { label: _, kind, ...about } = this.target ?? { label: "", kind: "article" }
    const change = thread
      ? { kind: "comment", thread_id: thread.id, comment_id: newId(), text }
      : { kind: "open", thread_id: newId(), comment_id: newId(), article_id: this.articleId, thread_kind: kind, ...about, text }
    this.send.disabled = true
    if (await send({ id: newId(), ...change })) this.input.value = ""
    this.send.disabled = false
    this.input.focus()
  }

  /** @param {Thread} thread */
  async settle(thread) {
    await this.hooks.send({ id: this.hooks.newId(), kind: thread.resolved ? "reopen" : "resolve", thread_id: thread.id })
    this.input.focus()
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === "Escape") this.hooks.onClose()
    else if (event.key === "Enter" && event.target === this.input && !event.shiftKey) void this.say()
    else {
      // Typing here must not reach the page's keys, nor Streamlit's.
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation()
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
}
