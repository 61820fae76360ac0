import { h, takesText } from "../shared/dom.js"
import { offerKeys } from "../shared/helpsheet.js"
import { number, t, tn } from "../shared/i18n.js"
import { keyOf } from "../shared/mounted.js"
import { isPlainClick, navigate } from "../shell/navigate.js"
import { change, isNarrowed, read, write } from "./address.js"
import { listKeys, searchNote } from "./help.js"
import { namedSources, noArticles, noHits, troubleNotice } from "./notices.js"
import { drawRail } from "./rail.js"
import { tableRow } from "./rows.js"
import { RequestError, getJson } from "./source.js"
import { buildView } from "./view.js"

/**
 * The article list: search, filters, pages. The page's address holds its whole state, so that
 * it can be shared, reloaded and gone back to; nothing of it is kept on the server.
 *
 * @typedef {object} ArticlesData
 * @property {string} projectId
 * @property {string} projectName
 * @property {boolean} mayIngest
 * @property {boolean} mayTag Whether there is anything for the reader to tag.
 * @property {boolean} readsStates Whether the reader may see where articles stand in the project.
 * @property {boolean} codes Whether the reader's role is one that codes, also where nothing can be tagged now.
 * @property {string} lang
 *
 * @typedef {import("./address.js").Filters} Filters
 * @typedef {{ items: import("./rows.js").Row[], after: string | null, before: string | null }} Page
 */

const SEARCH_DELAY_MS = 220
const PAGE_LENGTH = 50

/** @type {WeakMap<Element, ArticleList>} */
const lists = new WeakMap()

/** Where the reader was on each address, for coming back. @type {Map<string, { scroll: number, id: string }>} */
const places = new Map()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: ArticlesData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".cd-articles")
  if (root) {
    lists.get(root)?.update(data)
  } else {
    const made = h("div", { class: "cd cd-articles" })
    parentElement.append(made)
    lists.set(made, new ArticleList(made, data))
  }
}

class ArticleList {
  /** @param {HTMLElement} root @param {ArticlesData} data */
  constructor(root, data) {
    this.root = root
    this.data = data
    this.filters = read(location.search)
    this.path = location.pathname
    /** @type {Page | null} */
    this.page = null
    /** How many articles stand before those of the page shown. */
    this.start = 0
    /** @type {import("./rail.js").Counts | null} */
    this.counts = null
    /** @type {Set<import("./rail.js").ListName>} */
    this.open = new Set()
    this.waiting = new AbortController()
    /** Whether the counts shown are those of other filters. */
    this.counting = true
    /** What a key asked for while results were on their way. @type {"" | "first" | "only" | "open"} */
    this.asked = ""
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.searchTimer = undefined
    this.view = this.frame()
    this.drawFilters()
    this.listen()
    this.load()
  }

  /** @param {ArticlesData} data */
  update(data) {
    if (JSON.stringify(data) === JSON.stringify(this.data)) return
    const moved = data.projectId !== this.data.projectId
    this.data = data
    if (moved) {
      this.page = this.counts = null
      this.filters = read(location.search)
    }
    this.view = this.frame()
    this.draw()
    if (moved) this.load()
  }

  ways() {
    const { projectId, mayIngest, mayTag } = this.data
    const query = new URLSearchParams({ project: projectId })
    return { ingest: mayIngest ? `/ingest?${query}` : null, tag: mayTag ? `/tag?${query}` : null }
  }

  frame() {
    const view = buildView({
      searchSoon: () => this.searchSoon(),
      searchKey: (event) => this.searchKey(event),
      sort: () => this.choose(change(this.filters, { sort: this.view.sort.value })),
      clear: () => this.clear(),
      turn: (side) => this.turn(side),
    }, this.ways(), this.data)
    this.root.replaceChildren(view.rail, view.main)
    return view
  }

  listen() {
    offerKeys({ root: this.root, groups: listKeys, note: searchNote })
    this.root.addEventListener("click", (event) => this.click(event))
    const onKey = (/** @type {KeyboardEvent} */ event) => this.whileShown(() => this.key(event), stop)
    const onBack = () => this.whileShown(() => this.arrive(), stop)
    const stop = () => {
      removeEventListener("keydown", onKey)
      removeEventListener("popstate", onBack)
    }
    addEventListener("keydown", onKey)
    addEventListener("popstate", onBack)
  }

  /**
   * Streamlit takes a component away without a word; what listens to the window goes then.
   *
   * @param {() => void} action
   * @param {() => void} stop
   */
  whileShown(action, stop) {
    if (this.root.isConnected) action()
    else stop()
  }

  /** The address changed by the back button or a link. */
  arrive() {
    const project = new URLSearchParams(location.search).get("project")
    if (location.pathname !== this.path || (project && project !== this.data.projectId)) return
    const filters = read(location.search)
    if (JSON.stringify(filters) === JSON.stringify(this.filters)) return
    this.filters = filters
    this.drawFilters()
    this.load()
  }

  /**
   * Takes other filters and puts them into the address.
   *
   * @param {Filters} filters
   * @param {boolean} [replace] Without an entry of its own in the history.
   */
  choose(filters, replace = false) {
    if (JSON.stringify(filters) === JSON.stringify(this.filters)) {
      this.drawFilters()
      return
    }
    this.remember()
    this.filters = filters
    const address = `${this.path}?${write(filters, this.data.projectId)}`
    if (replace) history.replaceState(history.state, "", address)
    else history.pushState({}, "", address)
    this.drawFilters()
    this.load()
  }

  clear() {
    this.view.input.blur()
    this.choose({ ...read(""), sort: this.filters.sort })
  }

  searchSoon() {
    this.asked = ""
    clearTimeout(this.searchTimer)
    this.searchTimer = setTimeout(() => this.search(), SEARCH_DELAY_MS)
  }

  search() {
    clearTimeout(this.searchTimer)
    const q = this.view.input.value.trim()
    // The first letters of a search get a history entry; the following ones refine it.
    this.choose(change(this.filters, { q }), Boolean(this.filters.q && q))
  }

  /** @param {KeyboardEvent} event */
  searchKey(event) {
    if (event.isComposing) return
    if (event.key === "Enter" || event.key === "ArrowDown") {
      this.search()
      this.view.input.blur()
      this.goIn(event.key === "Enter" ? "only" : "first")
      event.preventDefault()
      // Else the same key press would go on to open the article, or to the row after it.
      event.stopPropagation()
    } else if (event.key === "Escape") {
      this.view.input.blur()
    }
  }

  /**
   * From the search field into the rows, once those that were searched for are there.
   *
   * @param {"first" | "only" | "open"} asked Marks the first row; and opens it if there is no other; and opens it.
   */
  goIn(asked) {
    this.asked = asked
    if (!this.view.table.hasAttribute("aria-busy")) this.arriveInRows()
  }

  arriveInRows() {
    const { asked, page } = this
    const none = !page?.items.length
    // Which sources the search names comes with the counts.
    if (none && this.counting) return
    this.asked = ""
    if (!asked) return
    if (none) {
      this.view.named.querySelector("button")?.focus()
      return
    }
    this.select(0, true)
    const only = page.items.length === 1 && !page.after && !page.before
    if (asked === "open" || (asked === "only" && only)) this.openSelected()
  }

  /** @param {"after" | "before"} side */
  turn(side) {
    const cursor = this.page?.[side]
    if (!cursor) return
    const here = Number(this.filters.start) || 0
    const start = side === "after" ? here + (this.page?.items.length ?? 0) : here - PAGE_LENGTH
    const turned = side === "before" && start <= 0 ? {} : { [side]: cursor, start: String(start) }
    this.choose(change(this.filters, turned))
  }

  async load() {
    this.waiting.abort()
    this.asked = ""
    this.waiting = new AbortController()
    const { signal } = this.waiting
    const query = write(this.filters, this.data.projectId)
    this.view.table.setAttribute("aria-busy", "true")
    this.counting = true
    try {
      await Promise.all([
        getJson(`/api/articles?${query}`, signal).then((page) => this.show(page)),
        getJson(`/api/articles/counts?${query}`, signal).then((counts) => this.showCounts(counts)),
      ])
      this.view.notice.replaceChildren()
    } catch (error) {
      if (signal.aborted) return
      this.asked = ""
      this.view.table.removeAttribute("aria-busy")
      if (!this.page) this.view.body.replaceChildren()
      const known = error instanceof RequestError ? error : new RequestError(0, String(error))
      this.view.notice.replaceChildren(troubleNotice(known, () => this.load()))
    }
  }

  /** @param {Page} page */
  show(page) {
    this.page = page
    this.start = Number(this.filters.start) || 0
    this.view.table.removeAttribute("aria-busy")
    this.draw()
    const place = places.get(location.href)
    this.view.main.scrollTop = place?.scroll ?? 0
    this.select(page.items.findIndex((item) => item.id === place?.id), false)
    this.arriveInRows()
  }

  /** @param {import("./rail.js").Counts} counts */
  showCounts(counts) {
    this.counts = counts
    this.counting = false
    this.draw()
    if (!this.view.table.hasAttribute("aria-busy")) this.arriveInRows()
  }

  draw() {
    const { page, counts, view } = this
    this.drawFilters()
    this.drawNumbers()
    if (!page) return
    const id = this.selected()?.dataset.id
    view.body.replaceChildren(...page.items.map((item) => tableRow(item, this.href(item.id), this.data)))
    this.select(page.items.findIndex((item) => item.id === id), false)
    const none = page.items.length === 0
    view.table.hidden = none
    view.tools.hidden = counts?.total === 0
    const fresh = !isNarrowed(this.filters) && counts?.total === 0
    view.empty.replaceChildren(
      ...(!none || !counts ? [] : [fresh ? noArticles(this.data.projectName, this.ways().ingest) : noHits(() => this.clear())]))
  }

  drawFilters() {
    const rail = { root: this.view.rail, open: this.open, codes: this.data.codes, readsStates: this.data.readsStates, choose: (/** @type {Filters} */ chosen) => this.choose(chosen) }
    drawRail(rail, this.filters, this.counts)
    if (document.activeElement !== this.view.input) this.view.input.value = this.filters.q
    this.view.sort.value = this.filters.sort
    this.view.clear.hidden = !isNarrowed(this.filters)
  }

  drawNumbers() {
    const { page, counts, view, start } = this
    const matched = counts ? number(counts.matched) + (counts.matched_more ? "+" : "") : "…"
    view.count.textContent = counts ? this.counted(counts, matched) : ""
    const shown = page?.items.length ?? 0
    view.range.textContent = shown
      ? t("{first}–{last} of {matched}", { first: number(start + 1), last: number(start + shown), matched })
      : ""
    const byTime = ["", "ingested"].includes(this.filters.sort)
    view.newer.textContent = byTime ? t("← Newer") : t("← Back")
    view.older.textContent = byTime ? t("Older →") : t("More →")
    view.newer.disabled = !page?.before
    view.older.disabled = !page?.after
    view.named.replaceChildren(...namedSources(counts?.named ?? [], (source) => this.chooseSource(source)))
  }

  /** In the place of the search that named it. @param {string} source */
  chooseSource(source) {
    clearTimeout(this.searchTimer)
    this.view.input.blur()
    this.choose(change(this.filters, { q: "", source: [source] }))
    this.goIn("first")
  }

  /** @param {import("./rail.js").Counts} counts @param {string} matched */
  counted({ total, texts }, matched) {
    const listed = this.filters.copies ? total : texts
    if (isNarrowed(this.filters)) return t("{matched} of {total} articles", { matched, total: number(listed) })
    const all = tn("{n} article", "{n} articles", listed)
    return listed < total ? `${all} · ${tn("{n} copy hidden", "{n} copies hidden", total - listed)}` : all
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const withModifier = event.ctrlKey || event.metaKey || event.altKey
    if (withModifier || event.isComposing || document.querySelector("dialog[open]") || takesKeys(event)) return
    /** @type {Record<string, () => void>} */
    const actions = {
      "/": () => this.view.input.select(),
      j: () => this.step(1),
      k: () => this.step(-1),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      ArrowRight: () => this.turn("after"),
      ArrowLeft: () => this.turn("before"),
      Enter: () => this.openSelected(),
    }
    const action = actions[keyOf(event)]
    if (!action) return
    event.preventDefault()
    if (event.key === "Enter" && this.asked) this.asked = "open"
    else action()
  }

  /** @param {number} by */
  step(by) {
    this.asked = ""
    const rows = [...this.view.body.rows]
    const at = rows.findIndex((row) => row.classList.contains("on"))
    this.select(Math.min(rows.length - 1, Math.max(0, at + by)), true)
  }

  /** @param {number} index @param {boolean} scroll Whether the row is brought into view. */
  select(index, scroll) {
    for (const [n, row] of [...this.view.body.rows].entries()) {
      row.classList.toggle("on", n === index)
      row.toggleAttribute("aria-current", n === index)
      if (n === index && scroll) row.scrollIntoView({ block: "nearest" })
    }
  }

  selected() {
    return /** @type {HTMLTableRowElement | null} */ (this.view.body.querySelector("tr.on"))
  }

  openSelected() {
    const id = this.selected()?.dataset.id
    if (id) this.openArticle(id)
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = /** @type {Element} */ (event.target).closest("tbody tr[data-id]")
    const id = row instanceof HTMLElement ? row.dataset.id : undefined
    if (!id || !isPlainClick(event) || String(getSelection())) return
    event.preventDefault()
    this.select([...this.view.body.rows].findIndex((item) => item === row), false)
    this.openArticle(id)
  }

  /** @param {string} id */
  openArticle(id) {
    this.remember()
    navigate(this.href(id))
  }

  remember() {
    places.set(location.href, { scroll: this.view.main.scrollTop, id: this.selected()?.dataset.id ?? "" })
  }

  /** @param {string} id */
  href(id) {
    return `/tag?${new URLSearchParams({ article: id, project: this.data.projectId })}`
  }
}

/**
 * Whether the element that has the focus has its own use for keys.
 *
 * @param {KeyboardEvent} event
 */
function takesKeys(event) {
  const target = event.composedPath()[0] ?? null
  if (target instanceof HTMLInputElement && target.type === "checkbox") return false
  const presses = target instanceof HTMLAnchorElement || target instanceof HTMLButtonElement
  return takesText(target) || (presses && event.key === "Enter")
}
