/** @import {Codebook, DocumentLabel, Span, Value} from "./types.js" */
/** @import {Entry} from "./suggest.js" */
/** @import {AutocompleteOptions} from "./autocomplete.js" */
import { Autocomplete } from "./autocomplete.js"
import { button, h } from "../shared/dom.js"
import { label, t } from "../shared/i18n.js"
import { questionOf, withKept } from "../shared/values.js"
import { composing } from "../shared/keys.js"

const GAP = 6
/** Keys with which the browser itself moves in a menu, and keys that come with others. */
const OWN_KEYS = ["Tab", "Enter", " ", "Shift", "Control", "Alt", "Meta"]

/** A small box in the top layer beside what it belongs to; Esc and leaving close it. */
class Box {
  /**
   * @param {string} name
   * @param {() => void} onClose
   */
  constructor(name, onClose) {
    this.onClose = onClose
    this.root = h("div", {
      class: "box",
      role: "dialog",
      "aria-label": name,
      popover: "manual",
    })
    // Before the fields inside: Esc leaves the box at once, and what is left with it means nothing.
    this.root.addEventListener("keydown", (event) => this.pressed(event), true)
    this.root.addEventListener("blur", (event) => {
      if (event.relatedTarget instanceof Node && !this.root.contains(event.relatedTarget)) this.close(false)
    }, true)
  }

  get isOpen() {
    return this.root.matches(":popover-open")
  }

  /**
   * @param {DOMRect} place
   * @param {Node[]} content
   */
  openAt(place, content) {
    this.root.replaceChildren(...content)
    this.root.showPopover()
    const { width, height } = this.root.getBoundingClientRect()
    const left = Math.max(GAP, Math.min(place.left, window.innerWidth - width - GAP))
    const below = place.bottom + GAP + height <= window.innerHeight
    this.root.style.left = `${left}px`
    this.root.style.top = `${below ? place.bottom + GAP : Math.max(GAP, place.top - GAP - height)}px`
  }

  /** @param {boolean} [back] Whether the focus goes back to where the work was. */
  close(back = true) {
    if (!this.isOpen) return
    this.root.hidePopover()
    if (back) this.onClose()
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (composing(event) || event.key !== "Escape") return
    event.preventDefault()
    event.stopPropagation()
    this.close()
  }
}

/**
 * The article's labels to choose from: the codebook's, and what it has withdrawn but is still set.
 *
 * @param {Codebook} codebook
 * @param {Readonly<Record<string, readonly string[]>>} labels As they are set.
 * @returns {DocumentLabel[]}
 */
export function labelsFor(codebook, labels) {
  /** @param {DocumentLabel} definition @param {readonly Value[]} values */
  const kept = (definition, values) => {
    const every = questionOf(codebook, definition.name)?.values
    return [...(labels[definition.name] ?? []).reduce((found, name) => withKept(found, name, every), values)]
  }
  const known = codebook.document_labels.map((definition) => ({ ...definition, values: kept(definition, definition.values) }))
  const lost = Object.keys(labels).filter((name) => (labels[name] ?? []).length > 0 && !known.some((definition) => definition.name === name))
  return [...known, ...lost.map((name) => {
    const definition = questionOf(codebook, name) ?? { name, en: name, zh: name, values: [] }
    return { ...definition, multiple: true, values: kept(definition, []) }
  })]
}

/** Chooses the values of the article's labels; number keys and arrows work. */
export class LabelMenu extends Box {
  /**
   * @param {Codebook} codebook
   * @param {(name: string, values: string[]) => void} onSet
   * @param {() => void} onClose
   */
  constructor(codebook, onSet, onClose) {
    super(t("Document labels"), onClose)
    this.codebook = codebook
    this.onSet = onSet
    /** @type {Record<string, string[]>} */
    this.labels = {}
    /** @type {DocumentLabel[]} */
    this.definitions = []
    this.root.addEventListener("keydown", (event) => this.choose(event))
  }

  /**
   * @param {DOMRect} place
   * @param {Readonly<Record<string, string[]>>} labels
   */
  open(place, labels) {
    this.labels = { ...labels }
    this.definitions = labelsFor(this.codebook, labels)
    this.openAt(place, this.groups())
    this.buttons[0]?.focus()
  }

  get buttons() {
    return [...this.root.querySelectorAll("button")]
  }

  groups() {
    let n = 0
    return this.definitions.map((definition) =>
      h(
        "div",
        { class: "group", role: definition.multiple ? "group" : "radiogroup", "aria-label": label(definition) },
        h("h3", {}, label(definition)),
        definition.values.map((value) => {
          const on = (this.labels[definition.name] ?? []).includes(value.name)
          n += 1
          const props = { role: definition.multiple ? "checkbox" : "radio", "aria-checked": String(on), data: { value: value.name, label: definition.name } }
          return button(on ? "option on" : "option", () => this.toggle(definition, value.name), props, h("kbd", {}, n < 10 ? n : ""), label(value))
        }),
      ),
    )
  }

  /**
   * @param {DocumentLabel} definition
   * @param {string} name
   */
  toggle(definition, name) {
    const before = this.labels[definition.name] ?? []
    const without = before.filter((value) => value !== name)
    const values = before.includes(name) ? without : definition.multiple ? [...before, name] : [name]
    this.labels[definition.name] = values
    this.onSet(definition.name, values)
    const single = this.definitions.length === 1 && !definition.multiple
    if (single) return this.close()
    const at = this.buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement))
    this.root.replaceChildren(...this.groups())
    this.buttons[Math.max(0, at)]?.focus()
  }

  /** @param {KeyboardEvent} event */
  choose(event) {
    const { buttons } = this
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement))
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }
    const step = steps[event.key]
    if (step) buttons[(at + step + buttons.length) % buttons.length]?.focus()
    else if (/^[1-9]$/.test(event.key)) buttons[Number(event.key) - 1]?.click()
    else if (OWN_KEYS.includes(event.key)) return event.stopPropagation()
    // Any other key means the page again.
    else return this.close()
    event.preventDefault()
    event.stopPropagation()
  }
}

/** Says which actor a mention means. */
export class AssignMenu extends Box {
  /**
   * @param {Omit<AutocompleteOptions, "onChange" | "registry" | "label" | "newKind">} options
   * @param {(span: Span, entry: Entry | null) => void} onAssign
   * @param {() => void} onClose
   */
  constructor(options, onAssign, onClose) {
    super(t("Which actor is meant?"), onClose)
    this.root.addEventListener("keydown", (event) => event.stopPropagation())
    this.options = options
    this.onAssign = onAssign
    /** @type {Autocomplete | null} */
    this.combo = null
  }

  /**
   * @param {DOMRect} place
   * @param {Span} span
   * @param {Entry | null} current
   */
  open(place, span, current) {
    const combo = new Autocomplete({
      ...this.options,
      registry: "actors",
      label: t("Which actor is meant?"),
      newKind: "person",
      onChange: (entry) => entry && this.take(span, entry),
    })
    this.combo = combo
    if (current) combo.set(current)
    else combo.propose(span.quote)
    const none = current ? button("link", () => this.take(span, null), {}, t("no actor")) : null
    this.openAt(place, [h("h3", {}, t("Which actor is meant?")), combo.root, ...(none ? [none] : [])])
    combo.input.focus()
  }

  /**
   * Closes the box; an answer that comes later finds nothing that it could be to.
   *
   * @param {boolean} [back]
   */
  close(back) {
    this.combo?.set(null)
    super.close(back)
  }

  /**
   * @param {Span} span
   * @param {Entry | null} entry
   */
  take(span, entry) {
    this.close()
    this.onAssign(span, entry)
  }
}
