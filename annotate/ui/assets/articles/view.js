import { button, h } from "../shared/dom.js"
import { t, zone } from "../shared/i18n.js"
import { follow } from "../shell/navigate.js"
import { skeleton } from "./rows.js"

/**
 * The frame of the page: everything but rows and filters.
 *
 * @typedef {ReturnType<typeof buildView>} View
 *
 * @typedef {object} Handlers What the frame's controls do.
 * @property {() => void} searchSoon
 * @property {(event: KeyboardEvent) => void} searchKey
 * @property {() => void} sort
 * @property {() => void} clear
 * @property {(side: "after" | "before") => void} turn
 */

// More than a screen holds: what stands below the rows need not move when they come.
const SKELETON_ROWS = 24

/**
 * @param {Handlers} on
 * @param {{ ingest: string | null, tag: string | null }} ways Addresses of the pages that go on from here, for whoever may.
 * @param {{ codes: boolean, readsStates: boolean }} reader Whether the reader codes, and may see where articles stand.
 */
export function buildView(on, ways, { codes, readsStates }) {
  const rail = h("aside", { class: "f", "aria-label": t("Filters") })
  const input = searchField(on)
  const named = h("div", { class: "named", role: "status", "aria-label": t("Sources that the search names") })
  const count = h("span", { class: "count", role: "status" })
  const sort = h("select", { "aria-label": t("Order"), on: { change: on.sort } },
    option("", t("newest first")), option("oldest", t("oldest first")),
    option("ingested", t("recently ingested")), option("title", t("by title")))
  const clear = button("", on.clear, {}, t("clear"))
  const notice = h("div")
  const body = h("tbody", {}, skeleton(SKELETON_ROWS))
  const headings = [t("Article"), t("Source"), t("Published ({zone})", { zone: zone() }), readsStates ? t("State") : codes ? t("My tags") : t("Gold")]
  const table = h("table", {},
    h("colgroup", {}, h("col"), column("clamp(156px, 14vw, 240px)"), column("132px"), column("120px")),
    h("thead", {}, h("tr", {}, headings.map((name) => h("th", { scope: "col" }, name)))),
    body)
  const empty = h("div")
  const range = h("span")
  const newer = button("", () => on.turn("before"), {})
  const older = button("", () => on.turn("after"), {})
  const tools = h("div", { class: "tools" },
    ways.ingest && h("a", { class: "btn", href: ways.ingest, on: { click: follow } }, t("Ingest")),
    ways.tag && h("a", { class: "btn primary", href: ways.tag, on: { click: follow } }, t("Start tagging")))
  const main = h("section", { class: "main", "aria-label": t("Articles") },
    h("h1", { class: "sr" }, t("Articles")),
    h("div", { class: "top" }, h("div", { class: "search" }, input, h("kbd", { "aria-hidden": "true" }, "/")), named, tools),
    h("div", { class: "line" }, count, h("span", {}, "·"), h("span", { class: "sort" }, sort), clear),
    notice, table, empty, h("div", { class: "pg" }, range, hints(), h("span", { class: "turn" }, newer, older)))
  return { rail, input, named, count, sort, clear, notice, table, body, empty, range, newer, older, tools, main }
}

/** @param {Handlers} on */
function searchField(on) {
  return h("input", {
    type: "search", placeholder: t("Search titles and texts"), "aria-label": t("Search"),
    spellcheck: "false", autocomplete: "off",
    on: {
      input: (event) => event.isComposing || on.searchSoon(),
      compositionend: on.searchSoon,
      keydown: on.searchKey,
    },
  })
}

function hints() {
  const key = (/** @type {string} */ name) => h("kbd", {}, name)
  return h("span", { class: "hints" }, key("J"), " ", key("K"), ` ${t("move")} · `, key("↵"), ` ${t("open")} · `,
    key("?"), ` ${t("keys")}`)
}

/** @param {string} value @param {string} text */
function option(value, text) {
  return h("option", { value }, text)
}

/** @param {string} width */
function column(width) {
  const made = h("col")
  made.style.width = width
  return made
}
