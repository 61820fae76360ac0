import { breakable, h } from "../shared/dom.js"
import { t, tn, when } from "../shared/i18n.js"
import { stateName, statusName } from "../shared/names.js"

/**
 * The table's rows.
 *
 * @typedef {[number, number]} Mark Start and end of a hit, in code points.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {Mark[]} title_marks
 * @property {string} snippet
 * @property {Mark[]} snippet_marks
 * @property {string} source
 * @property {number} copies
 * @property {string | null} published_at
 * @property {string} language
 * @property {string} status
 * @property {number} statements
 * @property {boolean} gold Whether it has gold, for those who read only.
 * @property {string | null} state Where it stands in the project, for those who may see that.
 */

/**
 * @param {Row} row
 * @param {string} href
 * @param {{ codes: boolean, readsStates: boolean }} reader Whether the reader codes, and may see where articles stand.
 */
export function tableRow(row, href, { codes, readsStates }) {
  return h("tr", { data: { id: row.id } },
    h("td", {},
      h("a", { class: "t", href, lang: row.language }, marked(row.title, row.title_marks)),
      h("div", { class: "x", lang: row.language }, marked(row.snippet, row.snippet_marks))),
    h("td", {}, h("div", { class: "source" }, breakable(row.source)),
      row.copies > 0 && h("div", { class: "tiny" }, tn("+{n} copy", "+{n} copies", row.copies))),
    h("td", {}, published(row.published_at)),
    h("td", {}, readsStates ? standing(row) : codes ? mine(row) : row.gold && h("span", { class: "chip at-gold" }, t("gold"))))
}

/** Where it stands; below, one's own labels. @param {Row} row */
function standing(row) {
  const statements = row.statements > 0 && tn("{n} statement", "{n} statements", row.statements)
  return [
    h("span", { class: `chip at-${row.state}` }, stateName(row.state ?? "")),
    row.status !== "todo" && h("div", { class: "tiny mine" },
      [t("mine: {status}", { status: statusName(row.status) }), statements].filter(Boolean).join(" · ")),
  ]
}

/** @param {Row} row */
function mine(row) {
  return [
    h("span", { class: `chip at-${row.status}` }, statusName(row.status)),
    row.statements > 0 && h("div", { class: "tiny" }, tn("{n} statement", "{n} statements", row.statements)),
  ]
}

/**
 * Grey bars that stand in for rows while the first page loads.
 *
 * @param {number} count
 */
export function skeleton(count) {
  const bar = (kind = "") => h("i", { class: `bar ${kind}` })
  return Array.from({ length: count }, () =>
    h("tr", { class: "wait" }, h("td", {}, bar("wide"), bar()), h("td", {}, bar()), h("td", {}, bar()), h("td", {}, bar())))
}

/**
 * A text with its hits marked.
 *
 * @param {string} text
 * @param {Mark[]} marks Ascending, apart from each other.
 * @returns {(string | HTMLElement)[]}
 */
export function marked(text, marks) {
  const points = Array.from(text)
  const part = (/** @type {number} */ start, /** @type {number | undefined} */ end) => points.slice(start, end).join("")
  let at = 0
  const nodes = marks.flatMap(([start, end]) => {
    const before = part(at, start)
    at = end
    return [before, h("mark", {}, part(start, end))]
  })
  return [...nodes, part(at, undefined)]
}

/** @param {string | null} moment UTC */
function published(moment) {
  if (!moment) return h("span", { class: "tiny" }, "—")
  const date = new Date(moment)
  const time = when(moment, { hour: "2-digit", minute: "2-digit" })
  const attributes = { datetime: moment, title: when(moment, { dateStyle: "full", timeStyle: "long" }) }
  if (date.getFullYear() === new Date().getFullYear()) {
    return h("time", attributes, `${when(moment, { day: "numeric", month: "short" })} ${time}`)
  }
  const day = when(moment, { day: "numeric", month: "short", year: "numeric" })
  return h("time", attributes, day, h("div", { class: "tiny" }, time))
}
