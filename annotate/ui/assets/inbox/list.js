import { button, h, takesText } from "../shared/dom.js"
import { offerKeys } from "../shared/helpsheet.js"
import { t, tn, told, when } from "../shared/i18n.js"
import { hearKeys, isTaken } from "../shared/mounted.js"
import { dueOn } from "../shared/names.js"
import { isPlainClick, navigate } from "../shell/navigate.js"
import { Api, ApiError } from "../tag/api.js"

/**
 * The inbox: what happened to one's work and to the talk about it, newest first.
 *
 * @typedef {object} Notice
 * @property {string} id
 * @property {"assigned" | "withdrawn" | "returned" | "gold" | "comment"} kind
 * @property {string} at
 * @property {string} by A name to show.
 * @property {boolean} seen
 * @property {string | null} article_id
 * @property {string} title
 * @property {number | null} articles How many were given or taken; null where that was not noted.
 * @property {{name: string, due_on: string | null} | null} round What they were given in.
 * @property {string | null} thread_id
 * @property {string} text How the comment begins that it is about.
 *
 * @typedef {{items: Notice[], unseen: number, after: string | null}} InboxPage
 * @typedef {{projectId: string, csrf: string, mayReview: boolean, lang?: string}} InboxData
 */

/** @type {WeakMap<Element, Inbox>} */
const made = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{data: InboxData, parentElement: HTMLElement | ShadowRoot}} component
 */
export default function mount({ data, parentElement }) {
  const old = parentElement.querySelector(".cd-inbox")
  const known = old ? made.get(old) : undefined
  if (known && known.data.projectId === data.projectId && known.data.lang === data.lang) {
    known.api.csrf = data.csrf
    return
  }
  old?.remove()
  const root = h("div", { class: "cd cd-inbox" })
  parentElement.append(root)
  made.set(root, new Inbox(root, data))
}

class Inbox {
  /** @param {HTMLElement} root @param {InboxData} data */
  constructor(root, data) {
    this.root = root
    this.data = data
    this.api = new Api(data.projectId, data.csrf)
    /** @type {Notice[]} */
    this.items = []
    this.unseen = 0
    /** @type {string | null} */
    this.after = null
    this.count = h("p", { class: "muted", role: "status" }, t("Loading…"))
    this.all = button("btn all", () => void this.see(null), { hidden: true }, t("Mark all as seen"), " ", h("kbd", {}, "A"))
    this.list = h("ul", {})
    this.more = button("btn", () => void this.load(), { hidden: true }, t("Older ones"))
    root.append(h("div", { class: "over" }, this.count, this.all), this.list, this.more)
    hearKeys(root, (event) => this.key(event))
    offerKeys({ root, groups: () => [{ title: "", rows: [
      { keys: ["J", "K"], text: t("Next and previous notice") },
      { keys: ["↵"], text: t("Open what it is about") },
      { keys: ["A"], text: t("Mark all as seen") },
      { keys: ["?"], text: t("This sheet") },
    ] }] })
    void this.load()
  }

  async load() {
    try {
      /** @type {InboxPage} */
      const page = await this.api.get("/api/inbox", this.after ? { after: this.after } : {})
      this.items = [...this.items, ...page.items]
      this.unseen = page.unseen
      this.after = page.after
      this.show()
    } catch (error) {
      this.fail(error)
    }
  }

  /** @param {string | null} id Of the notice that has been seen; null: all. */
  async see(id) {
    try {
      const { unseen } = await this.api.post("/api/inbox/seen", id ? { id } : {})
      this.unseen = unseen
      this.items = this.items.map((item) => (id === null || item.id === id ? { ...item, seen: true } : item))
      this.show()
    } catch (error) {
      this.fail(error)
    }
  }

  /** @param {unknown} error */
  fail(error) {
    const problem = error instanceof ApiError ? error : new ApiError(0)
    this.count.textContent = told({ message: problem.message, hint: problem.hint })
  }

  show() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.id
    this.count.textContent = this.items.length === 0 ? "" : this.unseen > 0 ? tn("{n} not seen", "{n} not seen", this.unseen) : t("All seen")
    this.all.hidden = this.unseen === 0
    this.more.hidden = this.after === null
    const empty = h("li", { class: "empty" }, t("Nothing here yet. When labels of yours come back, become gold, or somebody answers a comment, you read it here."))
    this.list.replaceChildren(...(this.items.length > 0 ? this.items.map((item) => h("li", {}, this.row(item))) : [empty]))
    if (focused) this.link(focused)?.focus({ preventScroll: true })
    // In the bar, and in the menu that stands for it where the window is narrow.
    for (const badge of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".cd-top .cd-count"))) {
      badge.textContent = this.unseen > 0 ? String(this.unseen) : ""
      badge.hidden = this.unseen === 0
    }
  }

  /** @param {Notice} item */
  row(item) {
    return h("a", {
      class: item.seen ? "notice" : "notice new",
      href: this.address(item),
      data: { id: item.id, kind: item.kind },
      on: { click: (/** @type {MouseEvent} */ event) => void this.open(event, item) },
    },
      h("span", { class: "what" }, item.seen ? null : h("span", { class: "sr" }, `${t("Not seen")}: `), words(item)),
      h("time", { class: "tiny", datetime: item.at }, when(item.at)),
      item.title ? h("span", { class: "title", dir: "auto" }, item.title) : null,
      item.kind === "assigned" && item.round?.due_on ? h("span", { class: "due" }, dueOn(item.round.due_on).text) : null,
      item.text ? h("span", { class: "said", dir: "auto" }, item.text) : null)
  }

  /** @param {Notice} item */
  address({ kind, article_id: article }) {
    const { projectId: project, mayReview } = this.data
    if (!article) return `/tag?${new URLSearchParams({ project })}`
    return `/${kind === "comment" && mayReview ? "review" : "tag"}?${new URLSearchParams({ article, project })}`
  }

  /** @param {MouseEvent} event @param {Notice} item */
  async open(event, item) {
    const { href } = /** @type {HTMLAnchorElement} */ (event.currentTarget)
    const here = isPlainClick(event)
    if (here) event.preventDefault()
    if (!item.seen) await this.see(item.id)
    if (here) navigate(href)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (isTaken(event)) return
    if (takesText(event.target) || document.querySelector("dialog[open], [role=dialog]")) return
    const links = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("a.notice")])
    const at = links.findIndex((link) => link === document.activeElement)
    const key = event.key.toLowerCase()
    if (key === "j") links[Math.min(links.length - 1, at + 1)]?.focus()
    else if (key === "k") links[Math.max(0, at - 1)]?.focus()
    else if (key === "a" && this.unseen > 0) void this.see(null)
    else return
    event.preventDefault()
  }

  /** @param {string} id @returns {HTMLElement | null} */
  link(id) {
    return this.list.querySelector(`a[data-id="${CSS.escape(id)}"]`)
  }
}

/** @param {Pick<Notice, "kind" | "by" | "articles" | "round">} item */
export function words(item) {
  const { kind, by: name } = item
  switch (kind) {
    case "assigned":
      return given(item)
    case "withdrawn":
      return taken(item)
    case "returned":
      return t("{name} returned your labels", { name })
    case "gold":
      return t("{name} made an article gold: see what became of your statements", { name })
    default:
      return t("{name} wrote a comment", { name })
  }
}

/** @param {Pick<Notice, "by" | "articles" | "round">} item */
function given({ by: name, articles: n, round }) {
  const values = { name, round: round?.name ?? "" }
  if (n === null) return t("{name} gave you articles of the round “{round}”", values)
  if (n === 0) return t("{name} made you a coder of the round “{round}”: take its articles one after another", values)
  return tn("{name} gave you {n} article of the round “{round}”", "{name} gave you {n} articles of the round “{round}”", n, values)
}

/** @param {Pick<Notice, "by" | "articles" | "round">} item */
function taken({ by: name, articles: n, round }) {
  const values = { name, round: round?.name ?? "" }
  if (n === null) return t("{name} took articles of the round “{round}” back from you", values)
  return tn("{name} took {n} article of the round “{round}” back from you", "{name} took {n} articles of the round “{round}” back from you", n, values)
}
