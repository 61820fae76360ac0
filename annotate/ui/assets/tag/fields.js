/** @import {Value} from "./types.js" */
import { paint } from "./colours.js"
import { h } from "../shared/dom.js"
import { label } from "../shared/i18n.js"
import { composing } from "../shared/keys.js"

/** The stances as a group of radio buttons that look like chips; number keys and arrows choose. */
export class ChoiceRow {
  /**
   * @param {readonly Value[]} values
   * @param {string} name
   * @param {() => void} onChange
   * @param {() => void} [onSettled] After a choice that is not a step on the way: by number key or click.
   */
  constructor(values, name, onChange, onSettled) {
    this.values = values
    this.value = ""
    this.onChange = onChange
    this.onSettled = onSettled
    this.buttons = values.map((value, i) =>
      paint(
        h(
          "button",
          {
            type: "button",
            role: "radio",
            class: value.number === null ? "chip dashed" : "chip",
            data: { value: value.name },
            title: [label(value), value.help].filter(Boolean).join("\n"),
            "aria-keyshortcuts": keyOf(value, i),
            on: { click: () => this.settle(value.name) },
          },
          h("kbd", { "aria-hidden": "true" }, keyOf(value, i)),
          label(value),
        ),
        value,
      ),
    )
    this.root = h(
      "div",
      { class: "stances", role: "radiogroup", "aria-label": name, on: { keydown: (/** @type {KeyboardEvent} */ event) => this.key(event) } },
      this.buttons,
    )
    this.set("")
  }

  /** @param {string} name */
  set(name) {
    this.value = name
    this.buttons.forEach((element, i) => {
      const on = this.values[i]?.name === name
      element.classList.toggle("on", on)
      element.setAttribute("aria-checked", String(on))
      element.tabIndex = on || (!this.values.some((value) => value.name === name) && i === 0) ? 0 : -1
    })
  }

  /** @param {string} name */
  choose(name) {
    this.set(name)
    this.focus()
    this.onChange()
  }

  /** @param {string} name */
  settle(name) {
    this.choose(name)
    this.onSettled?.()
  }

  focus() {
    this.buttons.find((element) => element.tabIndex === 0)?.focus()
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (composing(event) || event.ctrlKey || event.metaKey || event.altKey) return
    const at = this.values.findIndex((value) => value.name === this.value)
    const n = this.values.length
    const numbered = this.values.find((value, i) => keyOf(value, i) === event.key)
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
    const step = steps[event.key]
    const focused = this.buttons.findIndex((element) => element === document.activeElement)
    let chosen = numbered
    if (step) chosen = this.values[at < 0 ? (step > 0 ? 0 : n - 1) : (at + step + n) % n]
    else if (event.key === " ") chosen = this.values[focused]
    if (!chosen) return
    if (numbered) this.settle(chosen.name)
    else this.choose(chosen.name)
    event.preventDefault()
    event.stopPropagation()
  }
}

/**
 * The key of a value while the group has the focus.
 *
 * @param {Value} value
 * @param {number} i Its place on the scale.
 */
function keyOf(value, i) {
  return value.key || String(i + 1)
}
