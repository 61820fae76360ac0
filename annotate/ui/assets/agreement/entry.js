import { h, takesText, uid } from "../shared/dom.js"
import { offerKeys } from "../shared/helpsheet.js"
import { t } from "../shared/i18n.js"
import { hearKeys, isTaken, keyOf, mounting } from "../shared/mounted.js"
import { follow, navigate } from "../shell/navigate.js"
import { drawing, legend } from "./chart.js"

/** @typedef {import("./types.js").AgreementData} AgreementData */
/** @typedef {import("./types.js").Cell} Cell */
/** @typedef {import("./types.js").Chart} Chart */
/** @typedef {import("./types.js").Component} Component */
/** @typedef {import("./types.js").Table} Table */
/** @typedef {import("./types.js").Way} Way */

/** How much of its colour the strongest tint has; the text on it stays readable. */
const STRONGEST = 34

class Agreement {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    this.drawn = ""
    this.ways = h("nav", { class: "ways" })
    this.body = h("div", { class: "body" })
    this.select = h("select", { on: { change: () => navigate(this.select.value) } })
    this.choiceLabel = h("span", {})
    this.choice = h("label", { class: "choice", hidden: true }, this.choiceLabel, this.select)
    root.append(this.ways, this.choice, this.body)
    this.update(component)
    offerKeys({ root, groups: () => (this.stops.length > 0 ? keys() : []) })
    hearKeys(root, (event) => this.key(event))
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    const { data } = component
    const now = JSON.stringify(data)
    if (now === this.drawn) return
    const inside = this.drawn !== "" && this.root.contains(document.activeElement)
    const at = inside ? this.stops.indexOf(/** @type {HTMLElement} */ (document.activeElement)) : -1
    this.drawn = now
    this.ways.setAttribute("aria-label", data.label)
    this.ways.hidden = data.ways.length === 0
    this.ways.replaceChildren(...data.ways.map(way))
    this.choose(data.choice)
    this.body.replaceChildren(...[
      data.back && h("p", { class: "back" }, way(data.back)),
      ...data.blocks.map((block) => (block.kind === "table" ? this.table(block) : this.chart(block))),
      data.next && h("p", { class: "next" }, way(data.next)),
    ].filter((part) => part !== null))
    if (at >= 0) (this.stops[at] ?? this.stops.at(-1))?.focus({ preventScroll: true })
  }

  /** Below the ways, which so stay in their place. @param {import("./types.js").Choice | null} choice */
  choose(choice) {
    this.choice.hidden = !choice
    this.choiceLabel.textContent = choice?.label ?? ""
    this.select.replaceChildren(...(choice?.options ?? []).map(({ text, href, current }) => h("option", { value: href, selected: current }, text)))
  }

  /** @param {Table} block */
  table(block) {
    const id = uid("figures")
    return h("section", { "aria-labelledby": id, data: { block: block.id } },
      h("h2", { id }, block.title),
      block.note && h("p", { class: "note" }, block.note),
      block.rows.length === 0 ? h("p", { class: "empty" }, block.empty) : this.rows(block, id))
  }

  /** @param {Table} block @param {string} id */
  rows({ columns, rows, numbers }, id) {
    return h("div", { class: "wide" }, h("table", { "aria-labelledby": id, class: numbers ? "numbers" : "" },
      h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
      h("tbody", {}, rows.map(([name, ...cells]) => h("tr", {},
        name && h("th", { scope: "row" }, this.inside(name)), cells.map((cell) => this.cell(cell)))))))
  }

  /** @param {Cell} cell */
  cell(cell) {
    const td = h("td", { class: cell.quiet ? "quiet" : "" }, this.inside(cell))
    if (cell.tint) {
      const share = Math.round(Math.min(1, Math.max(0, cell.tint)) * STRONGEST)
      const colour = cell.tone === "bad" ? "var(--oppose)" : "var(--accent)"
      td.classList.add("tinted")
      td.style.background = `color-mix(in srgb, ${colour} ${share}%, transparent)`
    }
    return td
  }

  /** @param {Cell} cell */
  inside(cell) {
    const said = cell.href
      ? h("a", { href: cell.href, dir: "auto", "aria-label": cell.name, on: { click: follow } }, cell.text)
      : h("span", { dir: "auto" }, cell.text)
    return [said, cell.sub && h("div", { class: "sub", dir: "auto" }, cell.sub)]
  }

  /** @param {Chart} block */
  chart(block) {
    const id = uid("chart")
    const labels = block.lines[0]?.points ?? []
    const table = {
      kind: /** @type {const} */ ("table"), id: block.id, title: "", note: "", empty: "", numbers: true,
      columns: [block.first, ...block.lines.map((line) => line.name)],
      rows: labels.map((point, n) => [
        { text: point.label },
        ...block.lines.map((line) => {
          const there = line.points[n]
          return { text: there?.text ?? "", href: there?.href, quiet: there?.value === null }
        }),
      ]),
    }
    return h("section", { "aria-labelledby": id, data: { block: block.id } },
      h("h2", { id }, block.title),
      block.note && h("p", { class: "note" }, block.note),
      ...(labels.length === 0 ? [h("p", { class: "empty" }, block.empty)] : [picture(block), this.rows(table, id)]))
  }

  /** What the keys go between: every link of the figures. @returns {HTMLElement[]} */
  get stops() {
    return [...this.body.querySelectorAll("a")].filter((one) => one instanceof HTMLElement)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = event.composedPath()[0] ?? null
    if (isTaken(event) || takesText(target) || document.querySelector("dialog[open], [role=dialog]")) return
    const stops = this.stops
    // Below there may be a table, which then has the keys.
    if (stops.length === 0) return
    const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    const key = keyOf(event)
    if (key === "j") stops[Math.min(stops.length - 1, at + 1)]?.focus()
    else if (key === "k") stops[Math.max(0, at - 1)]?.focus()
    else return
    event.preventDefault()
  }
}

export default mounting("cd-agreement", Agreement)

/** @param {Chart} block */
function picture(block) {
  const figure = h("figure", {}, legend(block))
  figure.prepend(drawing(block))
  return figure
}

/** @param {Way} given */
function way({ text, href, current }) {
  return h("a", { href, "aria-current": current && "page", on: { click: follow } }, text)
}

/** @returns {import("../shared/helpsheet.js").KeyGroup[]} */
function keys() {
  return [{
    title: "",
    rows: [
      { keys: ["J", "K"], text: t("Next and previous figure") },
      { keys: ["↵"], text: t("Go to what is behind it") },
      { keys: ["?"], text: t("This sheet") },
    ],
  }]
}
