import { h, takesText } from "../shared/dom.js"
import { lang, setStrings, t } from "../shared/i18n.js"
import { follow, isPlainClick } from "../shell/navigate.js"

/**
 * The table of the office pages: rows to open or to tick, by mouse or keyboard. The script behind
 * the page says what stands in it and hears what was opened or ticked.
 *
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {"text" | "number" | "time" | "chip"} kind
 * @property {string} width CSS width; empty for what is left.
 *
 * @typedef {object} Cell
 * @property {string} text
 * @property {string} [sub] A second, smaller line.
 * @property {string} [tone] The tone of a chip.
 * @property {string} [lang]
 * @property {string} [href]
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {Record<string, string | number | Cell | null>} cells
 *
 * @typedef {object} TableData
 * @property {string} label What the table lists, for screen readers.
 * @property {Column[]} columns
 * @property {Row[]} rows
 * @property {boolean} opens Whether a row can be opened.
 * @property {boolean} ticks Whether rows can be ticked.
 * @property {string | null} opened The id of the row that is open now.
 * @property {string} lang
 * @property {Record<string, string>} strings
 *
 * @typedef {object} Component
 * @property {TableData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** @type {WeakMap<Element, Table>} */
const tables = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {Component} component
 */
export default function mount(component) {
  const root = component.parentElement.querySelector(".cd-table")
  if (root) {
    tables.get(root)?.update(component)
    return
  }
  const made = h("div", { class: "cd cd-table" })
  component.parentElement.append(made)
  tables.set(made, new Table(made, component))
}

class Table {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    /** @type {Set<string>} */
    this.ticked = new Set()
    /** @type {string | null} */
    this.at = component.data.opened
    this.drawn = ""
    this.update(component)
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (this.root.isConnected) this.key(event)
      else removeEventListener("keydown", onKey)
    }
    addEventListener("keydown", onKey)
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    const now = JSON.stringify(component.data)
    if (now === this.drawn) return
    this.drawn = now
    setStrings(component.data.lang, component.data.strings)
    const ids = new Set(component.data.rows.map((row) => row.id))
    if (component.data.opened) this.at = component.data.opened
    this.ticked = new Set([...this.ticked].filter((id) => ids.has(id)))
    this.draw()
  }

  draw() {
    const { data } = this.component
    const focused = this.focusedRow()
    const head = h("tr", {}, data.ticks && h("th", { class: "tick", scope: "col" }, this.allBox()),
      data.columns.map((column) => h("th", { class: column.kind, scope: "col" }, column.label)))
    const widths = h("colgroup", {}, data.ticks && h("col", { class: "tick" }), data.columns.map((column) => {
      const col = h("col")
      col.style.width = column.width
      return col
    }))
    const body = h("tbody", {}, data.rows.map((row) => this.row(row)))
    this.root.replaceChildren(h("table", { "aria-label": data.label }, widths, h("thead", {}, head), body))
    if (focused) this.opener(focused)?.focus()
  }

  /** @param {Row} row */
  row(row) {
    const { data } = this.component
    const opened = row.id === data.opened
    const tr = h("tr", { data: { id: row.id }, "aria-current": opened && "true", class: row.id === this.at ? "on" : "" },
      data.ticks && h("td", { class: "tick" }, this.box(row)),
      data.columns.map((column, n) => h("td", { class: column.kind }, this.cell(row, column, n === 0))))
    tr.addEventListener("click", (event) => this.click(event, row.id))
    return tr
  }

  /** @param {Row} row @param {Column} column @param {boolean} first */
  cell(row, column, first) {
    const given = row.cells[column.name]
    if (given === null || given === undefined) return h("span", { class: "tiny" }, "–")
    /** @type {Cell} */
    const cell = typeof given === "object" ? given : { text: written(given, column.kind) }
    const text = column.kind === "time" && typeof given !== "object" ? written(given, "time") : cell.text
    const sub = cell.sub && h("div", { class: "sub", lang: cell.lang }, cell.sub)
    if (column.kind === "chip") return [h("span", { class: `chip ${cell.tone ?? "neutral"}` }, text), sub]
    if (cell.href) return [h("a", { href: cell.href, lang: cell.lang, on: { click: follow } }, text), sub]
    if (first && this.component.data.opens) {
      return [h("button", { type: "button", class: "open", lang: cell.lang }, text), sub]
    }
    return [h("span", { lang: cell.lang }, text), sub]
  }

  /** @param {Row} row */
  box(row) {
    const name = row.cells[this.component.data.columns[0]?.name ?? ""]
    const label = t("Select {name}", { name: typeof name === "object" ? (name?.text ?? "") : String(name ?? "") })
    const box = h("input", { type: "checkbox", "aria-label": label, checked: this.ticked.has(row.id) })
    box.addEventListener("change", () => this.tick(row.id, box.checked))
    return box
  }

  allBox() {
    const { rows } = this.component.data
    const all = rows.length > 0 && rows.every((row) => this.ticked.has(row.id))
    const box = h("input", { type: "checkbox", "aria-label": t("Select all shown"), checked: all })
    box.addEventListener("change", () => {
      this.ticked = new Set(box.checked ? rows.map((row) => row.id) : [])
      this.told()
    })
    return box
  }

  /** @param {string} id @param {boolean} on */
  tick(id, on) {
    if (on) this.ticked.add(id)
    else this.ticked.delete(id)
    this.told()
  }

  told() {
    const focused = document.activeElement?.closest("tr")?.dataset.id
    this.draw()
    const row = [...this.root.querySelectorAll("tr")].find((tr) => tr.dataset.id === focused)
    row?.querySelector("input")?.focus()
    this.component.setStateValue("ticked", [...this.ticked])
  }

  /** @param {MouseEvent} event @param {string} id */
  click(event, id) {
    const target = /** @type {Element} */ (event.target)
    if (target.closest("a, .tick") || !isPlainClick(event) || String(getSelection())) return
    this.move(id)
    if (this.component.data.opens) this.component.setTriggerValue("open", id)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented
    const target = event.composedPath()[0] ?? null
    const box = target instanceof HTMLInputElement && target.type === "checkbox"
    if (busy || document.querySelector("dialog[open], [role=dialog]") || (takesText(target) && !box)) return
    const ids = this.component.data.rows.map((row) => row.id)
    const at = ids.indexOf(this.at ?? "")
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (key === "j") this.move(ids[Math.min(ids.length - 1, at + 1)], true)
    else if (key === "k") this.move(ids[Math.max(0, at - 1)], true)
    else if (key === "x" && this.component.data.ticks && at >= 0) this.tick(ids[at] ?? "", !this.ticked.has(ids[at] ?? ""))
    else return
    event.preventDefault()
  }

  /** @param {string | undefined} id @param {boolean} [focus] */
  move(id, focus = false) {
    if (!id) return
    this.at = id
    for (const tr of this.root.querySelectorAll("tbody tr")) {
      tr.classList.toggle("on", tr instanceof HTMLElement && tr.dataset.id === id)
    }
    if (focus) this.opener(id)?.focus()
  }

  focusedRow() {
    const active = document.activeElement
    return active instanceof HTMLElement && this.root.contains(active) && active.matches(".open, td a")
      ? active.closest("tr")?.dataset.id : undefined
  }

  /** @param {string} id @returns {HTMLElement | null | undefined} */
  opener(id) {
    const row = [...this.root.querySelectorAll("tr")].find((tr) => tr.dataset.id === id)
    return row?.querySelector(".open, td a, input")
  }
}

/** @param {string | number} value @param {Column["kind"]} kind */
function written(value, kind) {
  if (kind === "number") return Number(value).toLocaleString(lang())
  if (kind !== "time") return String(value)
  const time = new Date(String(value))
  return Number.isNaN(time.getTime()) ? String(value)
    : time.toLocaleString(lang(), { dateStyle: "medium", timeStyle: "short" })
}
