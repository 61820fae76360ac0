/** @import {Queue, QueueItem} from "./types.js" */
import { button, h } from "../shared/dom.js"
import { number, t, tn, when } from "../shared/i18n.js"
import { dueOn, statusName } from "../shared/names.js"

/**
 * @param {string} id
 * @returns {string} The address of an article's tagging page.
 */
export function addressOf(id) {
  const project = new URLSearchParams(location.search).get("project")
  return `tag?${new URLSearchParams({ article: id, ...(project ? { project } : {}) })}`
}

/**
 * Opens another article without loading the page: a load would start a new Streamlit session.
 *
 * @param {string} id
 */
export function openArticle(id) {
  history.pushState({}, "", addressOf(id))
  dispatchEvent(new PopStateEvent("popstate"))
}

/**
 * A link to another article that a plain click follows within the page.
 *
 * @param {string} id
 * @param {import("../shared/dom.js").Props & Record<string, any>} props
 * @param {...(import("../shared/dom.js").Child | import("../shared/dom.js").Child[])} children
 */
export function articleLink(id, props, ...children) {
  const click = (/** @type {MouseEvent} */ event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    openArticle(id)
  }
  return h("a", { href: addressOf(id), ...props, on: { click } }, ...children)
}

/**
 * @typedef {object} Look How a queue is shown.
 * @property {string} current Id of the open article.
 * @property {boolean} reads Whether whose queue it is only reads: nothing is to do.
 * @property {ReadonlySet<string>} unfinished Articles on which unfinished statements are kept.
 */

/** The left panel: what is assigned to me, and what came back. */
export class QueuePanel {
  /**
   * @param {() => void} onRetry
   * @param {() => void} onNext Takes the next article of a round.
   */
  constructor(onRetry, onNext) {
    this.onRetry = onRetry
    this.onNext = onNext
    this.root = h("aside", { class: "queue", "aria-label": t("My queue") })
  }

  /**
   * @param {Queue} queue
   * @param {Look} look
   */
  show(queue, look) {
    const { reads } = look
    const scroll = this.root.scrollTop
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.id : undefined
    const empty = queue.mine.length === 0 && queue.offers !== "next" ? h("p", { class: "empty" }, nothing(queue, reads)) : null
    this.root.replaceChildren(
      heading(reads ? t("Articles") : t("My queue"), queue.total > 0 && !reads ? t("{done} of {total} done", { done: number(queue.done), total: number(queue.total) }) : ""),
      ...(queue.due_on ? [due(queue.due_on)] : []),
      ...(queue.assigned ? this.back(queue, look) : []),
      ...queue.mine.map((item) => row(item, look)),
      ...(empty ? [empty] : []),
      ...(queue.offers === "next" ? [h("p", { class: "more" }, button("btn", this.onNext, {}, t("Next article for me"), " ", h("kbd", {}, "Shift+J")))] : []),
      ...(queue.assigned ? [] : this.back(queue, look)),
    )
    this.root.scrollTop = scroll
    if (focused) this.link(focused)?.focus({ preventScroll: true })
  }

  /**
   * What came back to me; among assigned work it comes first.
   *
   * @param {Queue} queue
   * @param {Look} look
   */
  back({ returned, assigned, mine }, look) {
    if (returned.length === 0) return []
    const after = assigned && mine.length > 0 ? [heading(t("To do"), "")] : []
    return [heading(t("Returned to me"), number(returned.length)), ...returned.map((item) => row(item, look)), ...after]
  }

  /** The queue could not be loaded. */
  fail() {
    this.root.replaceChildren(
      heading(t("My queue"), ""),
      h("p", { class: "empty" }, t("The queue could not be loaded."), " ", button("link", this.onRetry, {}, t("Try again"))),
    )
  }

  /** @param {string} id */
  link(id) {
    return /** @type {HTMLElement | null} */ (this.root.querySelector(`a[data-id="${CSS.escape(id)}"]`))
  }

  focus() {
    const target = this.root.querySelector("a.on") ?? this.root.querySelector("a")
    ;/** @type {HTMLElement | null} */ (target)?.focus()
  }
}

/** @param {Queue} queue */
function inOrder({ mine, returned, assigned }) {
  return assigned ? [...returned, ...mine] : [...mine, ...returned]
}

/**
 * A queue in the order in which it stood: while somebody reads, nothing moves; what is new comes
 * behind what it now stands behind.
 *
 * @param {Queue} now
 * @param {Queue} before
 * @returns {Queue}
 */
export function steady(now, before) {
  return { ...now, mine: inOrderOf(now.mine, before.mine), returned: inOrderOf(now.returned, before.returned) }
}

/**
 * @param {readonly QueueItem[]} items
 * @param {readonly QueueItem[]} before
 */
function inOrderOf(items, before) {
  const places = new Map(before.map((item, i) => [item.id, i]))
  const kept = items.filter((item) => places.has(item.id)).sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0))
  items.forEach((item, i) => {
    if (!places.has(item.id)) kept.splice(kept.findIndex((one) => one.id === items[i - 1]?.id) + 1, 0, item)
  })
  return kept
}

/**
 * The article after or before the open one.
 *
 * @param {Queue} queue
 * @param {string} current
 * @param {1 | -1} by
 * @returns {string | undefined}
 */
export function neighbour(queue, current, by) {
  const ids = [...new Set(inOrder(queue).map((item) => item.id))]
  const at = ids.indexOf(current)
  if (at < 0) return by > 0 ? ids[0] : ids.at(-1)
  return ids[at + by]
}

/**
 * The next article that still wants work, after the open one and then from the top.
 *
 * @param {Queue} queue
 * @param {string} current
 * @returns {string | undefined}
 */
export function nextOpen(queue, current) {
  const items = inOrder(queue)
  const at = items.findIndex((item) => item.id === current)
  const round = [...items.slice(at + 1), ...items.slice(0, Math.max(0, at))]
  return round.find((item) => item.id !== current && ["new", "draft", "returned"].includes(item.status))?.id
}

/**
 * @param {string} title
 * @param {string} note
 */
function heading(title, note) {
  return h("h2", {}, h("span", {}, title), h("span", {}, note))
}

/**
 * @param {QueueItem} item
 * @param {Look} look
 */
function row(item, { current, reads, unfinished }) {
  const on = item.id === current
  return articleLink(
    item.id,
    { class: on ? "q on" : "q", data: { id: item.id, status: item.status }, "aria-current": on ? "page" : null },
    h("div", { class: "t", dir: "auto", lang: item.language }, item.title),
    h(
      "div",
      { class: "m tiny" },
      h("span", { dir: "auto" }, item.source),
      h("span", {}, item.published_at && day(item.published_at)),
      reads ? null : h("span", { class: item.status === "returned" ? "back" : "" }, state(item)),
      // Of the open article they stand above its statements.
      !on && unfinished.has(item.id) ? h("span", { class: "kept" }, t("unfinished")) : null,
    ),
  )
}

/** @param {Queue} queue @param {boolean} reads */
function nothing(queue, reads) {
  if (reads) return t("Open any article from the Articles page.")
  if (!queue.assigned) return t("Nothing is waiting for you. Open any article from the Articles page.")
  return t("Nothing is waiting for you. An editor gives out more.")
}

/** @param {string} on The last day of a round, as YYYY-MM-DD. */
function due(on) {
  const { late, text } = dueOn(on)
  return h("p", { class: late ? "due late" : "due" }, text)
}

/** @param {string} moment UTC; the year is said where it is not the present one. */
function day(moment) {
  const now = new Date(moment).getFullYear() === new Date().getFullYear()
  return when(moment, { month: "short", day: "numeric", ...(now ? {} : { year: "numeric" }) })
}

/** @param {QueueItem} item */
function state(item) {
  switch (item.status) {
    case "submitted":
      return `✓ ${t("submitted")}`
    case "accepted":
      return `✓ ${t("accepted")}`
    case "returned":
      return t("returned")
    case "draft":
      return item.statements > 0 ? tn("{n} statement", "{n} statements", item.statements) : t("begun")
    default:
      return statusName("todo")
  }
}
