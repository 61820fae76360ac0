import { button, h } from "../shared/dom.js"
import { hardToReadIn } from "../shared/contrast.js"
import { label as nameOf, t } from "../shared/i18n.js"

/**
 * The values of one scale as rows of fields.
 *
 * @typedef {object} Value What a codebook says of a value; text while it is no number yet.
 * @property {string} name
 * @property {string} en
 * @property {string} zh
 * @property {string} [colour]
 * @property {string} [key]
 * @property {number | string | null} [number]
 * @property {string} [help]
 *
 * @typedef {object} ScaleOptions
 * @property {string} place Where the values stand in the codebook, such as `stances`.
 * @property {string} title
 * @property {readonly ("colour" | "key" | "number")[]} columns Besides names and help.
 * @property {boolean} chips Whether the colours are those of chips.
 * @property {boolean} editable
 * @property {() => readonly string[]} [taken] Colours that other scales have.
 * @property {(values: Value[], filling: number) => void} onChange With the row that is being filled in, -1 for none.
 */

/** Colours for new values, all of them easy to read in both themes. */
export const PALETTE = ["#0072b2", "#b4540a", "#00785a", "#b3362b", "#7a4fa3", "#00717d", "#a3357a", "#6b5d00", "#3d5bb0", "#8a4b2f", "#4a6b1f", "#5b6169"]
const KEYS = "123456789"

/**
 * What a new value begins with: the next key that is free, and a colour that nothing else has.
 *
 * @param {readonly Value[]} values Of its scale.
 * @param {ScaleOptions["columns"]} columns
 * @param {readonly string[]} [taken] Colours that other scales have.
 * @returns {Value}
 */
export function newValue(values, columns, taken = []) {
  const own = values.map((value) => value.colour ?? "")
  const free = PALETTE.find((colour) => !own.includes(colour) && !taken.includes(colour)) ?? PALETTE.find((colour) => !own.includes(colour))
  return {
    name: "", en: "", zh: "",
    ...(columns.includes("colour") ? { colour: free ?? "#5b6169" } : {}),
    ...(columns.includes("key") ? { key: [...KEYS].find((key) => values.every((value) => value.key !== key)) ?? "" } : {}),
    ...(columns.includes("number") ? { number: null } : {}),
  }
}

export class ScaleEditor {
  /**
   * @param {readonly Value[]} values
   * @param {ScaleOptions} options
   */
  constructor(values, options) {
    this.values = values.map((value) => ({ ...value }))
    this.options = options
    /** A new row that has not been left yet: what it lacks is not told. @type {Value | null} */
    this.filling = null
    this.list = h("ol", { class: "values" })
    const { editable, title } = options
    this.add = editable ? button("btn add", () => this.append(), {}, `＋ ${t("Add a value")}`) : null
    this.root = h("section", { class: editable ? "scale editable" : "scale", "aria-label": title, data: { columns: options.columns.join(" "), place: options.place } },
      h("h3", {}, title), options.columns.includes("number") ? h("p", { class: "tiny" }, numberWords()) : null, this.heads(), this.list, this.add)
    this.draw()
  }

  heads() {
    const { columns } = this.options
    const names = [t("Stored name"), t("English"), t("Chinese")].map((name) => h("span", {}, name))
    return h("div", { class: "heads", "aria-hidden": "true" }, names, columns.map((name) => h("span", { class: `for-${name}` }, columnNames()[name])))
  }

  draw() {
    this.list.replaceChildren(...this.values.map((value, n) => this.row(value, n)))
  }

  /** @param {Value} value @param {number} n */
  row(value, n) {
    const { columns, editable, place } = this.options
    const at = `${place}[${n}]`
    const fields = [
      this.field(n, "name", t("Stored name"), { class: "in mono", maxlength: 40 }),
      this.field(n, "en", t("English"), { lang: "en", maxlength: 100 }),
      this.field(n, "zh", t("Chinese"), { lang: "zh-Hans", maxlength: 100 }),
      ...columns.map((column) => this.special(n, column)),
    ]
    const help = editable || value.help
      ? this.field(n, "help", t("When to choose it"), { placeholder: t("When to choose it"), maxlength: 2000, class: "in help" })
      : null
    const on = { keydown: (/** @type {KeyboardEvent} */ event) => this.key(event, n), focusout: () => this.left(value) }
    return h("li", { class: "value", data: { place: at }, on },
      h("div", { class: "fields", role: "group", "aria-label": nameOf(value) || t("New value") }, fields, editable ? this.tools(n) : null),
      help, h("p", { class: "wrong", role: "alert" }), this.warning(value))
  }

  /** @param {number} n */
  tools(n) {
    const last = this.values.length - 1
    const name = nameOf(this.values[n])
    return h("span", { class: "tools" },
      button("tool", () => this.move(n, -1), { disabled: n === 0, title: `${t("Up")} (Alt ↑)`, "aria-label": t("Move {name} up", { name }) }, "↑"),
      button("tool", () => this.move(n, 1), { disabled: n === last, title: `${t("Down")} (Alt ↓)`, "aria-label": t("Move {name} down", { name }) }, "↓"),
      button("tool", () => this.remove(n), { title: t("Remove"), "aria-label": t("Remove {name}", { name }) }, "×"))
  }

  /**
   * @param {number} n
   * @param {"name" | "en" | "zh" | "colour" | "key" | "number" | "help"} part
   * @param {string} label
   * @param {Record<string, unknown>} props
   */
  field(n, part, label, props) {
    // By the value and not its row: a field that moves away is left only afterwards.
    const value = this.values[n]
    const input = h("input", {
      class: "in", type: "text", autocomplete: "off", spellcheck: "false", dir: "auto", "aria-label": label,
      data: { part, place: `${this.options.place}[${n}].${part}` }, readonly: !this.options.editable, ...props,
    })
    input.value = String(value?.[part] ?? "")
    input.addEventListener("change", () => this.change(value, part, input.value))
    return input
  }

  /** @param {number} n @param {"colour" | "key" | "number"} column */
  special(n, column) {
    const label = columnNames()[column]
    if (column === "key") return this.field(n, "key", label, { class: "in mono key", maxlength: 1 })
    if (column === "number") return this.field(n, "number", label, { class: "in number", inputmode: "decimal", placeholder: t("none") })
    const text = this.field(n, "colour", label, { class: "in mono", maxlength: 7 })
    const swatch = h("input", { type: "color", class: "swatch", "aria-label": t("Choose the colour"), disabled: !this.options.editable })
    swatch.value = /^#[0-9a-f]{6}$/.test(text.value) ? text.value : "#000000"
    swatch.addEventListener("change", () => {
      text.value = swatch.value
      this.change(this.values[n], "colour", swatch.value)
    })
    return h("span", { class: "colour" }, swatch, text)
  }

  /** @param {Value} value */
  warning(value) {
    const { columns, chips } = this.options
    const hard = columns.includes("colour") ? hardToReadIn(value.colour ?? "", chips) : []
    // The built-in colours have counterparts of their own on dark pages (tokens.css).
    const themes = BUILT_IN.includes(value.colour ?? "") ? [] : hard
    if (themes.length === 0) return h("p", { class: "hard", hidden: true })
    const words = themes.length === 2 ? t("Hard to read on light and dark pages (contrast below AA)")
      : themes[0] === "light" ? t("Hard to read on light pages (contrast below AA)") : t("Hard to read on dark pages (contrast below AA)")
    return h("p", { class: "hard", role: "note" }, words)
  }

  /**
   * @param {Value | undefined} value
   * @param {"name" | "en" | "zh" | "colour" | "key" | "number" | "help"} part
   * @param {string} text
   */
  change(value, part, text) {
    const n = value ? this.values.indexOf(value) : -1
    if (!value || n < 0 || text === String(value[part] ?? "")) return
    if (part === "number") value.number = text.trim() === "" ? null : Number.isNaN(Number(text)) ? text : Number(text)
    else value[part] = part === "colour" ? text.trim().toLowerCase() : text
    if (part === "colour") this.redraw(n)
    this.told()
  }

  /** Draws one row anew, for a warning or a swatch that depends on a field. @param {number} n */
  redraw(n) {
    const value = this.values[n]
    const row = this.list.children[n]
    if (!value || !row) return
    const swatch = row.querySelector(".swatch")
    if (swatch instanceof HTMLInputElement && /^#[0-9a-f]{6}$/.test(value.colour ?? "")) swatch.value = value.colour ?? ""
    row.querySelector(".hard")?.replaceWith(this.warning(value))
  }

  append() {
    const value = newValue(this.values, this.options.columns, this.options.taken?.())
    this.values.push(value)
    this.filling = value
    this.draw()
    this.focus(this.values.length - 1, "name")
    this.told()
  }

  /** @param {number} n @param {1 | -1} by */
  move(n, by) {
    const to = n + by
    const [value] = to >= 0 && to < this.values.length ? this.values.splice(n, 1) : []
    if (!value) return
    const part = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.part : undefined
    this.values.splice(to, 0, value)
    this.draw()
    if (part) this.focus(to, part)
    else /** @type {HTMLElement | undefined} */ ([...(this.list.children[to]?.querySelectorAll(".tool:not(:disabled)") ?? [])][by < 0 ? 0 : this.values.length - 1 === to ? 0 : 1])?.focus()
    this.told()
  }

  /** @param {number} n */
  remove(n) {
    this.values.splice(n, 1)
    this.draw()
    if (this.values.length > 0) this.focus(Math.min(n, this.values.length - 1), "name")
    else this.add?.focus()
    this.told()
  }

  /** @param {number} n @param {string} part */
  focus(n, part) {
    const field = this.list.children[n]?.querySelector(`[data-part="${part}"]`)
    if (field instanceof HTMLElement) field.focus()
  }

  /** Once the focus has gone elsewhere, a new row is as any other. @param {Value} value */
  left(value) {
    if (this.filling !== value) return
    // A row that moves loses the focus for a moment.
    setTimeout(() => {
      const row = this.list.children[this.values.indexOf(value)]
      if (this.filling !== value || row?.contains(document.activeElement)) return
      this.filling = null
      this.told()
    })
  }

  /** @param {KeyboardEvent} event @param {number} n */
  key(event, n) {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0
    if (!event.altKey || by === 0 || !this.options.editable) return
    event.preventDefault()
    const target = event.target
    if (target instanceof HTMLInputElement) target.dispatchEvent(new Event("change"))
    this.move(n, by)
  }

  told() {
    this.options.onChange(this.values.map((value) => ({ ...value })), this.filling ? this.values.indexOf(this.filling) : -1)
  }
}

const BUILT_IN = ["#0072b2", "#b4540a", "#00785a", "#b3362b", "#5b6169", "#7a4fa3"]

function numberWords() {
  return t("The number is what a value counts for in interval measures of agreement and in networks, such as 1, 0 and −1. Without one, it counts as missing there.")
}

function columnNames() {
  return { colour: t("Colour"), key: t("Key"), number: t("Number") }
}
