import { copyButton } from "../shared/copying.js"
import { h, takesText } from "../shared/dom.js"
import { number, t, when, zone } from "../shared/i18n.js"
import { hearKeys, isTaken, keyOf, mounting } from "../shared/mounted.js"
import { follow, isPlainClick } from "../shell/navigate.js"

/**
 * The table of the office pages: rows to open or to tick, by mouse or keyboard. The script behind
 * the page says what stands in it and hears what was opened or ticked.
 *
 * @typedef {object} Column
 * @property {string} name
 * @property {string} label
 * @property {"text" | "number" | "time" | "chip" | "copy" | "button"} kind
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
 * @property {boolean} dense Whether each row is one line, its columns as wide as what is in them.
 * @property {string[]} ticked What the server believes to be ticked; looked at when the table is made.
 * @property {string} lang
 *
 * @typedef {object} Component
 * @property {TableData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** Width of a column without one of its own, below which the table scrolls sideways. */
const LEAST_WIDTH = "130px"

/** So much of a sign to be copied tells it from others. */
const SIGN_SHOWN = 12

/** The table used last: the keys are for it while none has the focus. @type {Table | null} */
let current = null

class Table {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    this.ticked = new Set(component.data.ticked)
    /** @type {string | null} */
    this.at = component.data.opened
    this.drawn = ""
    this.update(component)
    // Whoever has no pointer scrolls a wide table with the arrow keys.
    new ResizeObserver(() => {
      if (root.scrollWidth > root.clientWidth) root.tabIndex = 0
      else root.removeAttribute("tabindex")
    }).observe(root)
    root.addEventListener("focusin", () => (current = this))
    hearKeys(root, (event) => this.key(event))
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    const { data } = component
    // The server only repeats the ticks of here, a moment later.
    const now = JSON.stringify({ ...data, ticked: null })
    if (now === this.drawn) return
    this.drawn = now
    const ids = new Set(data.rows.map((row) => row.id))
    if (data.opened) this.at = data.opened
    this.ticked = new Set([...this.ticked].filter((id) => ids.has(id)))
    this.draw()
  }

  draw() {
    const { data } = this.component
    const active = document.activeElement
    const focused = active && this.root.contains(active) ? active.closest("tr")?.dataset.id : undefined
    const onTick = active instanceof HTMLInputElement
    const at = focused ? this.bodyRows().findIndex((tr) => tr.dataset.id === focused) : -1
    const onButton = active?.matches(".is-button .btn")
    const head = h("tr", {}, data.ticks && h("th", { class: "tick", scope: "col" }, this.allBox()),
      data.columns.map((column) => h("th", { class: `is-${column.kind}`, scope: "col" }, column.label.replace("{zone}", zone()))))
    const body = h("tbody", {}, data.rows.map((row) => this.row(row)))
    const table = h("table", { "aria-label": data.label }, this.widths(), h("thead", {}, head), body)
    if (data.dense) table.classList.add("dense")
    else table.style.minWidth = `calc(${data.columns.map((column) => column.width || LEAST_WIDTH).join(" + ")})`
    this.root.replaceChildren(table)
    this.showTicks()
    if (onButton) {
      // The row may have left with what its button did: the next one stands in its place.
      const rows = this.bodyRows()
      const row = rows.find((tr) => tr.dataset.id === focused) ?? rows[Math.min(at, rows.length - 1)]
      const pressed = row?.querySelector(".btn")
      if (pressed instanceof HTMLElement) pressed.focus({ preventScroll: true })
    } else if (focused) (onTick ? this.boxOf(focused) : this.opener(focused))?.focus({ preventScroll: true })
  }

  widths() {
    const { data } = this.component
    return h("colgroup", {}, data.ticks && h("col", { class: "tick" }), data.columns.map((column) => {
      const col = h("col")
      col.style.width = column.width
      return col
    }))
  }

  /** @param {Row} row */
  row(row) {
    const { data } = this.component
    const opened = row.id === data.opened
    const tr = h("tr", { data: { id: row.id }, "aria-current": opened && "true", class: row.id === this.at ? "on" : "" },
      data.ticks && h("td", { class: "tick" }, this.box(row)),
      data.columns.map((column, n) => h("td", { class: `is-${column.kind}` }, this.cell(row, column, n === 0))))
    tr.addEventListener("click", (event) => this.click(event, row.id))
    return tr
  }

  /** @param {Row} row @param {Column} column @param {boolean} first */
  cell(row, column, first) {
    const given = row.cells[column.name]
    if (given === null || given === undefined) return h("span", { class: "tiny" }, "–")
    /** @type {Cell} */
    const cell = typeof given === "object" ? given : { text: String(given) }
    const text = typeof given === "object" && column.kind !== "time" ? given.text : written(cell.text, column.kind)
    const sub = cell.sub && h("div", { class: "sub", dir: "auto" }, cell.sub)
    const named = { lang: cell.lang, dir: "auto" }
    if (column.kind === "copy") return copyButton(text, `${text.slice(0, SIGN_SHOWN)}…`)
    if (column.kind === "button") {
      const press = () => this.component.setTriggerValue("press", row.id)
      return h("button", { type: "button", class: "btn", "aria-label": `${text} ${this.named(row)}`, on: { click: press } }, text)
    }
    if (column.kind === "chip") return [h("span", { ...named, class: `chip ${cell.tone ?? "neutral"}` }, text), sub]
    if (cell.href) return [h("a", { ...way(cell.href), ...named }, text), sub]
    if (first && this.component.data.opens) {
      return [h("button", { type: "button", ...named, class: "open" }, text), sub]
    }
    return [h("span", { ...named, title: this.component.data.dense && text }, text), sub]
  }

  /** @param {Row} row What its first column calls it. */
  named(row) {
    const name = row.cells[this.component.data.columns[0]?.name ?? ""]
    return typeof name === "object" ? (name?.text ?? "") : String(name ?? "")
  }

  /** @param {Row} row */
  box(row) {
    const box = h("input", { type: "checkbox", "aria-label": t("Select {name}", { name: this.named(row) }) })
    box.addEventListener("change", () => this.tick([row.id], box.checked))
    return box
  }

  allBox() {
    const box = h("input", { type: "checkbox", "aria-label": t("Select all shown") })
    box.addEventListener("change", () => this.tick(this.component.data.rows.map((row) => row.id), box.checked))
    return box
  }

  /** @param {string[]} ids @param {boolean} on */
  tick(ids, on) {
    for (const id of ids) {
      if (on) this.ticked.add(id)
      else this.ticked.delete(id)
    }
    this.showTicks()
    this.component.setStateValue("ticked", [...this.ticked])
  }

  showTicks() {
    const { rows, ticks } = this.component.data
    if (!ticks) return
    for (const tr of this.bodyRows()) {
      const on = this.ticked.has(tr.dataset.id ?? "")
      const box = tr.querySelector("input")
      if (box) box.checked = on
      tr.classList.toggle("ticked", on)
    }
    const all = this.root.querySelector("thead input")
    if (!(all instanceof HTMLInputElement)) return
    all.checked = rows.length > 0 && rows.every((row) => this.ticked.has(row.id))
    all.indeterminate = !all.checked && this.ticked.size > 0
  }

  /** @param {MouseEvent} event @param {string} id */
  click(event, id) {
    const target = /** @type {Element} */ (event.target)
    if (target.closest("a, .tick, .copy, .btn") || !isPlainClick(event) || String(getSelection())) return
    this.move(id)
    this.opener(id)?.focus({ preventScroll: true })
    this.open(id)
  }

  /** @param {string} id */
  open(id) {
    if (this.component.data.opens) this.component.setTriggerValue("open", id)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = event.composedPath()[0] ?? null
    if (!this.hasKeys(event, target)) return
    const ids = this.component.data.rows.map((row) => row.id)
    const at = ids.indexOf(this.at ?? "")
    const id = ids[at]
    const key = keyOf(event)
    if (key === "j") this.move(ids[Math.min(ids.length - 1, at + 1)], true)
    else if (key === "k") this.move(ids[Math.max(0, at - 1)], true)
    else if (key === "x" && this.component.data.ticks && id) this.tick([id], !this.ticked.has(id))
    else if (key === "Enter" && id && isTick(target)) this.open(id)
    else return
    event.preventDefault()
  }

  /**
   * Whether a key press is for this table.
   *
   * @param {KeyboardEvent} event
   * @param {EventTarget | null} target
   */
  hasKeys(event, target) {
    if (isTaken(event)) return false
    if (takesText(target) && !isTick(target)) return false
    const over = document.querySelector("dialog[open], [role=dialog]")
    if (over && !over.contains(this.root)) return false
    const near = target instanceof Element ? target.closest(".cd-table") : null
    const meant = near ?? (current?.root.isConnected ? current.root : document.querySelector(".cd-table"))
    return meant === this.root
  }

  /** @param {string | undefined} id @param {boolean} [focus] */
  move(id, focus = false) {
    if (!id) return
    this.at = id
    for (const tr of this.bodyRows()) tr.classList.toggle("on", tr.dataset.id === id)
    if (focus) this.opener(id)?.focus()
  }

  /** @returns {HTMLTableRowElement[]} */
  bodyRows() {
    return [...this.root.querySelectorAll("tbody tr")].filter((tr) => tr instanceof HTMLTableRowElement)
  }

  /** @param {string} id @returns {HTMLElement | null | undefined} */
  opener(id) {
    const row = this.bodyRows().find((tr) => tr.dataset.id === id)
    return row?.querySelector(".open") ?? row?.querySelector("td a") ?? row?.querySelector("input")
  }

  /** @param {string} id */
  boxOf(id) {
    return this.bodyRows().find((tr) => tr.dataset.id === id)?.querySelector("input")
  }
}

export default mounting("cd-table", Table)

/** Where a link leads: within the workbench here and now, elsewhere in a tab of its own. @param {string} href */
function way(href) {
  const outside = new URL(href, location.href).origin !== location.origin
  return outside ? { href, target: "_blank", rel: "noreferrer" } : { href, on: { click: follow } }
}

/** @param {EventTarget | null} target */
function isTick(target) {
  return target instanceof HTMLInputElement && target.type === "checkbox"
}

/** @param {string | number} value @param {Column["kind"]} kind */
function written(value, kind) {
  // What is no number alone, such as a length of time, stands among the numbers as it is.
  if (kind === "number" && !Number.isNaN(Number(value))) return number(Number(value))
  return kind === "time" ? when(String(value)) : String(value)
}
