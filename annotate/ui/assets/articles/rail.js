import { breakable, h } from "../shared/dom.js"
import { number, t } from "../shared/i18n.js"
import { languageName, stateName, statusName } from "../shared/names.js"
import { change, toggle } from "./address.js"

/**
 * The filter rail on the left.
 *
 * @typedef {import("./address.js").Filters} Filters
 * @typedef {"state" | "status" | "source" | "language"} ListName
 * @typedef {{ value: string, count: number | null }} Item The count is null while it is not known.
 *
 * @typedef {object} Counts
 * @property {number} total
 * @property {number} texts The total without the copies of others.
 * @property {number} matched
 * @property {boolean} matched_more Whether there are more than `matched`.
 * @property {number | null} gold How many have gold; null for those who code.
 * @property {Item[]} statuses
 * @property {Item[]} states
 * @property {Item[]} sources
 * @property {Item[]} languages
 * @property {import("./notices.js").Named[]} named Sources that the search names.
 *
 * @typedef {object} Rail
 * @property {HTMLElement} root
 * @property {Set<ListName>} open Lists shown whole.
 * @property {boolean} codes Whether the reader codes: labels of their own have states, others look for gold.
 * @property {boolean} readsStates Whether the reader may see where articles stand in the project.
 * @property {(filters: Filters) => void} choose
 */

const SHOWN = 8

/**
 * Draws the rail anew, leaving the focus where it is.
 *
 * @param {Rail} rail
 * @param {Filters} filters
 * @param {Counts | null} counts
 */
export function drawRail(rail, filters, counts) {
  const focused = document.activeElement
  const key = focused instanceof HTMLElement && rail.root.contains(focused) ? focused.dataset.key : undefined
  rail.root.replaceChildren(
    ...(rail.readsStates ? group(rail, filters, "state", t("State in the project"), told(states(counts), filters), (value) => capitalised(stateName(value))) : []),
    ...(rail.codes ? group(rail, filters, "status", rail.readsStates ? t("My tags") : t("Status"), told(statuses(counts), filters), (value) => capitalised(statusName(value))) : gold(rail, filters, counts)),
    // What stands below the sources waits for them, so that it need not move down.
    ...(counts ? [
      ...group(rail, filters, "source", t("Source"), told(counts.sources, filters), (value) => value || t("Unknown")),
      ...group(rail, filters, "language", t("Language"), told(counts.languages, filters), languageName),
      ...dates(rail, filters),
      ...copies(rail, filters),
    ] : []),
  )
  if (key) /** @type {HTMLElement | null} */ (rail.root.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus()
}

/**
 * The items without their counts while a search or days narrow the list: they count the whole project.
 *
 * @param {Item[]} items
 * @param {Filters} filters
 */
function told(items, { q, from, to }) {
  return q || from || to ? items.map((item) => ({ ...item, count: null })) : items
}

/**
 * @param {Rail} rail
 * @param {Filters} filters
 * @param {Counts | null} counts
 */
function gold(rail, filters, counts) {
  const flip = () => rail.choose(change(filters, { gold: filters.gold ? "" : "only" }))
  const [item] = told([{ value: "only", count: counts?.gold ?? null }], filters)
  return [h("h4", {}, t("Status")), box("gold", t("In gold"), item?.count, filters.gold === "only", flip)]
}

/** @param {Counts | null} counts @returns {Item[]} */
function statuses(counts) {
  const count = (/** @type {string} */ value) =>
    counts && (counts.statuses.find((item) => item.value === value)?.count ?? 0)
  const always = ["todo", "draft", "submitted"]
  const sometimes = ["returned", "accepted"].filter(count)
  return [...always, ...sometimes].map((value) => ({ value, count: count(value) }))
}

/** @param {Counts | null} counts @returns {Item[]} */
function states(counts) {
  const count = (/** @type {string} */ value) =>
    counts && (counts.states.find((item) => item.value === value)?.count ?? 0)
  return ["to_do", "in_progress", "submitted", "in_review", "gold"].map((value) => ({ value, count: count(value) }))
}

/**
 * @param {Rail} rail
 * @param {Filters} filters
 * @param {ListName} name
 * @param {string} title
 * @param {Item[]} items
 * @param {(value: string) => string} label
 * @returns {HTMLElement[]}
 */
function group(rail, filters, name, title, items, label) {
  const unlisted = filters[name].filter((value) => !items.some((item) => item.value === value))
  const all = [...items, ...unlisted.map((value) => ({ value, count: null }))]
  const shown = all.filter((item, index) =>
    index < SHOWN || rail.open.has(name) || filters[name].includes(item.value))
  const nodes = shown.map((item) =>
    box(`${name}:${item.value}`, label(item.value), item.count, filters[name].includes(item.value),
      () => rail.choose(toggle(filters, name, item.value))))
  if (!nodes.length) return []
  const more = all.length - shown.length
  const show = () => {
    rail.open.add(name)
    rail.choose(filters)
  }
  const button = h("button", { type: "button", class: "more", on: { click: show } }, t("{n} more…", { n: number(more) }))
  return [h("h4", {}, title), ...nodes, ...(more ? [button] : [])]
}

/**
 * @param {string} key
 * @param {string} label
 * @param {number | null | undefined} count
 * @param {boolean} checked
 * @param {() => void} change
 */
function box(key, label, count, checked, change) {
  const input = h("input", { type: "checkbox", data: { key }, on: { change } })
  input.checked = checked
  return h("label", { class: "o", title: label }, input, h("span", { class: "clip" }, breakable(label)),
    typeof count === "number" && h("i", {}, number(count)))
}

/**
 * @param {Rail} rail
 * @param {Filters} filters
 */
function dates(rail, filters) {
  const wrong = h("p", { class: "wrong", role: "alert" })
  /** @param {"from" | "to"} name @param {string} label @param {string} calendar */
  const field = (name, label, calendar) => {
    // The browser's own field writes days in the browser's language, not as the rest of the pages.
    const input = h("input", { type: "text", placeholder: t("yyyy-mm-dd"), inputmode: "numeric", maxlength: 10, autocomplete: "off", spellcheck: "false", data: { key: name } })
    input.value = filters[name]
    const choose = (/** @type {string} */ text) => {
      const day = dayOf(text)
      input.setAttribute("aria-invalid", String(day === null))
      wrong.textContent = day === null ? t("A day, such as 2026-02-28") : ""
      if (day !== null && day !== filters[name]) rail.choose(change(filters, { [name]: day }))
    }
    input.addEventListener("change", () => choose(input.value))
    const limits = name === "from" ? { max: filters.to || null } : { min: filters.from || null }
    const picker = h("input", { type: "date", tabindex: -1, "aria-hidden": "true", ...limits, on: { change: () => choose(picker.value) } })
    picker.value = filters[name]
    const pick = h("button", { type: "button", class: "pick", "aria-label": calendar, title: calendar, on: { click: () => picker.showPicker() } }, "▾")
    return h("div", { class: "day" }, h("label", {}, h("span", {}, label), input), picker, pick)
  }
  const begins = midnight()
  return [h("h4", {}, t("Published (UTC)")), field("from", t("from"), t("Calendar: first day")), field("to", t("until"), t("Calendar: last day")), wrong,
    begins && h("p", { class: "tiny" }, t("In your time, these days begin at {time}.", { time: begins }))]
}

/** The reader's time at which a day of UTC begins, as now: 08:00; empty where theirs is UTC. */
export function midnight(now = new Date()) {
  if (now.getTimezoneOffset() === 0) return ""
  const begins = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
  return [begins.getHours(), begins.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":")
}

/**
 * A day as somebody may write it: 2026-2-3, 2026/02/03 and 20260203 are the same.
 *
 * @param {string} text
 * @returns {string | null} `YYYY-MM-DD`; empty for no day, null where it is none.
 */
export function dayOf(text) {
  const written = text.normalize("NFKC").trim()
  if (written === "") return ""
  const found = /^(\d{4})(?:(\d\d)(\d\d)|[-/.年](\d{1,2})[-/.月](\d{1,2})日?)$/.exec(written)
  if (!found) return null
  const day = [found[1], found[2] ?? found[4], found[3] ?? found[5]].map((part) => (part ?? "").padStart(2, "0")).join("-")
  const time = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day) ? day : null
}

/**
 * @param {Rail} rail
 * @param {Filters} filters
 */
function copies(rail, filters) {
  const flip = () => rail.choose(change(filters, { copies: filters.copies ? "" : "all" }))
  return [h("h4", {}, t("Copies")), box("copies", t("Hide copies"), undefined, !filters.copies, flip)]
}

/** @param {string} name */
function capitalised(name) {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
