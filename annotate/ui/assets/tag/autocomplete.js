/** @import {Api} from "./api.js" */
/** @import {Entry} from "./suggest.js" */
import { h, uid } from "../shared/dom.js"
import { t, tn } from "../shared/i18n.js"
import { actorKindName } from "../shared/names.js"
import { newId } from "../shared/ids.js"
import { composing, shownChord } from "./keys.js"
import { Popup } from "./popup.js"
import { ACTOR_KINDS, entryOf, LONGEST, matching, merged, namesOf, sameName } from "./suggest.js"

/** Pause after the last key before the server is asked, ms. */
const PAUSE = 90
const MOST = 8
const MOST_WORDS = 2

/**
 * @typedef {object} AutocompleteOptions
 * @property {"actors" | "claims"} registry
 * @property {Pick<Api, "search">} api
 * @property {string} label
 * @property {string} [placeholder]
 * @property {string} newKind Kind of an actor made here unless another is chosen.
 * @property {() => Iterable<Entry>} local Entries that are known without asking.
 * @property {() => Entry[]} suggestions What to offer before anything is typed.
 * @property {(beginning: string) => string[]} [words] Words of the text that a new entry may be called by.
 * @property {(entry: Entry | null) => void} onChange
 * @property {boolean} [asksEmpty] Whether the server, too, is asked what to offer before anything is typed.
 * @property {() => boolean} [eager] Whether to offer suggestions as soon as the empty field has the focus.
 * @property {boolean} [clears] Whether the field empties itself after a choice.
 * @property {boolean} [findsOnly] Whether nothing new can be made here.
 * @property {string} [omit] The id of an entry that is not offered.
 *
 * @typedef {{entry: Entry} | {create: string} | {kind: string, create: string}} Option
 */

/** A field that chooses an entry of a registry by any of its names, or makes a new one (ARIA combobox). */
export class Autocomplete {
  /** @param {AutocompleteOptions} options */
  constructor(options) {
    this.options = options
    /** @type {Entry | null} */
    this.value = null
    /** @type {Option[]} */
    this.list = []
    this.on = -1
    /** Counts questions: only the answer to the latest is shown. */
    this.asked = 0
    /** Whether the server has not answered yet. */
    this.awaited = false
    /** Whether Enter was pressed while waiting. */
    this.entered = false
    /** @type {AbortController | null} */
    this.request = null
    this.listId = uid("list")
    this.input = h("input", {
      type: "text",
      role: "combobox",
      "aria-label": options.label,
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
      placeholder: options.placeholder ?? "",
      autocomplete: "off",
      maxlength: LONGEST,
      spellcheck: "false",
      dir: "auto",
      on: {
        input: () => this.typed(),
        focus: () => this.focused(),
        blur: () => this.left(),
        keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
        click: () => this.refresh(),
      },
    })
    this.note = h("span", { class: "tiny" })
    // What is chosen, where one line of the field does not hold it.
    this.whole = h("span", { class: "whole", dir: "auto", "aria-hidden": "true" })
    this.field = h("div", { class: "in" }, this.input, this.whole, this.note)
    this.popup = new Popup(this.field, this.listId, options.label)
    this.root = h("div", { class: "combo" }, this.field, this.popup.root)
  }

  /** What stands in the field without being an entry yet. */
  get loose() {
    return this.value ? "" : this.input.value.trim()
  }

  /** @param {Entry | null} entry */
  set(entry) {
    this.value = entry
    this.input.value = entry?.name ?? ""
    this.note.textContent = entry ? [entry.isNew ? t("new") : "", entry.note ? actorKindName(entry.note) : ""].filter(Boolean).join(" · ") : ""
    this.field.classList.remove("wrong")
    this.unfold()
  }

  /** Shows all of what is chosen, on as many lines as it takes. */
  unfold() {
    this.whole.textContent = this.value?.name ?? ""
    this.field.classList.remove("long")
    if (this.value) requestAnimationFrame(() => this.field.classList.toggle("long", this.value !== null && this.input.scrollWidth > this.input.clientWidth))
  }

  /** @param {string} text Something to look for, not yet chosen. */
  propose(text) {
    this.set(null)
    this.input.value = text
  }

  focused() {
    this.input.select()
    // An open list covers the fields below: not unasked, unless the field was reached by key.
    if (this.loose !== "" || this.options.eager?.()) this.refresh()
  }

  left() {
    const { loose, asked, awaited, entered } = this
    this.close()
    if (loose === "") return
    if (this.settle([...this.options.local()], loose, false)) return
    this.field.classList.add("wrong")
    this.note.textContent = t("not chosen yet")
    // Left faster than the server answered: its answer still counts.
    if (awaited) Object.assign(this, { asked, awaited, entered })
  }

  /**
   * Takes the entry that what was typed means, once the field has been left.
   *
   * @param {readonly Entry[]} entries
   * @param {string} query
   * @param {boolean} entered Whether the best of them was chosen before they were known.
   * @returns {boolean} Whether there is one.
   */
  settle(entries, query, entered) {
    const same = entries.filter((entry) => sameName(entry, query))
    const meant = same.length === 1 ? same[0] : entered ? entries[0] : undefined
    if (!meant || this.loose !== query) return false
    this.take(meant)
    return true
  }

  typed() {
    this.value = null
    this.note.textContent = ""
    this.field.classList.remove("wrong")
    this.unfold()
    this.options.onChange(null)
    this.refresh()
  }

  /** Shows what is known at once, then what the server finds. */
  refresh() {
    const query = this.loose
    this.asked += 1
    this.request?.abort()
    if (this.value) return this.close()
    if (query === "") return this.suggest()
    const local = matching(this.options.local(), query).slice(0, MOST)
    this.show(this.offered(local, query), 0)
    this.awaited = true
    this.entered = false
    const mine = this.asked
    setTimeout(() => void this.ask(query, mine, local), PAUSE)
  }

  /** Offers something before anything is typed: nothing of it is chosen unasked. */
  suggest() {
    const local = this.options.suggestions()
    this.show(local.map((entry) => ({ entry })), -1)
    if (this.options.asksEmpty) void this.suggestMore(local, this.asked)
  }

  /**
   * @param {Entry[]} local
   * @param {number} mine
   */
  async suggestMore(local, mine) {
    const found = await this.found("").catch(() => [])
    if (mine !== this.asked || document.activeElement !== this.input) return
    const { on } = this
    const all = new Map([...local, ...found].map((entry) => [entry.id, entry]))
    this.show([...all.values()].slice(0, MOST).map((entry) => ({ entry })), on)
  }

  /** @param {string} query */
  async found(query) {
    this.request = new AbortController()
    return (await this.options.api.search(this.options.registry, query, this.request.signal)).items.map(entryOf)
  }

  /**
   * @param {string} query
   * @param {number} mine
   * @param {Entry[]} local
   */
  async ask(query, mine, local) {
    if (mine !== this.asked) return
    /** @type {Entry[]} */
    let found = []
    try {
      found = await this.found(query)
    } catch {
      if (mine !== this.asked) return
      if (this.list.length > 0) this.popup.lead(t("No connection: only names that are here already"))
      return this.answered()
    }
    if (mine !== this.asked) return
    const entries = merged(found, local, query).filter((entry) => entry.id !== this.options.omit).slice(0, MOST)
    if (document.activeElement !== this.input) {
      const { entered } = this
      this.awaited = this.entered = false
      return void this.settle(entries, query, entered)
    }
    const before = this.chosenId()
    const kept = entries.findIndex((entry) => entry.id === before)
    const { entered } = this
    // Keep what was reached with the arrow keys; otherwise the best answer stands first.
    this.show(this.offered(entries, query), this.on > 0 && kept >= 0 ? kept : 0)
    this.entered = entered
    if (this.list.length === 0) this.note.textContent = t("nothing found")
    this.answered()
  }

  /**
   * @param {Entry[]} entries
   * @param {string} query
   * @returns {Option[]}
   */
  offered(entries, query) {
    const known = entries.map((entry) => ({ entry }))
    if (this.options.findsOnly) return known
    // Names in the text need not be typed out; those of entries that are found are offered above.
    const names = new Set(entries.flatMap(namesOf))
    const words = (this.options.words?.(query) ?? []).filter((word) => !names.has(word)).slice(0, MOST_WORDS)
    return [...known, ...[query, ...words].map((create) => ({ create }))]
  }

  /** The server has said what it knows: an Enter that came before counts now. */
  answered() {
    this.awaited = false
    const option = this.list[this.on]
    if (this.entered && option) this.choose(option)
    this.entered = false
  }

  chosenId() {
    const option = this.list[this.on]
    return option && "entry" in option ? option.entry.id : ""
  }

  /**
   * @param {Option[]} list
   * @param {number} on
   */
  show(list, on) {
    this.list = list
    this.on = on
    if (list.length === 0) return this.close()
    this.popup.show(list.map((option, i) => this.row(option, i)))
    this.input.setAttribute("aria-expanded", "true")
    this.highlight(on)
  }

  /**
   * @param {Option} option
   * @param {number} i
   */
  row(option, i) {
    const props = {
      class: "entry" in option ? "" : "muted",
      role: "option",
      id: `${this.listId}-${i}`,
      on: {
        // A click must not take the focus from the field before it counts.
        pointerdown: (/** @type {Event} */ event) => event.preventDefault(),
        click: () => this.choose(option),
      },
    }
    if ("kind" in option) return h("div", props, h("span", {}, actorKindName(option.kind)), h("kbd", {}, i + 1))
    if ("create" in option) {
      const text = this.options.registry === "actors" ? t("new actor “{name}”", { name: option.create }) : t("new claim “{name}”", { name: option.create })
      return h("div", props, h("span", { dir: "auto" }, `＋ ${text}`), option.create === this.loose ? h("kbd", {}, shownChord("Mod+Enter")) : null)
    }
    const { entry } = option
    const uses = !entry.uses ? "" : tn("{n} use", "{n} uses", entry.uses)
    // The kind tells actors of the same name apart.
    const facts = [entry.kind ? actorKindName(entry.kind) : "", uses].filter(Boolean).join(" · ")
    const alias = entry.matched && entry.matched !== entry.name ? h("span", { class: "tiny", dir: "auto" }, ` ${entry.matched}`) : null
    return h("div", props, h("span", { dir: "auto" }, entry.name, alias), h("span", { class: "tiny" }, entry.isNew ? t("new") : facts))
  }

  /** @param {number} on */
  highlight(on) {
    this.on = on
    this.popup.highlight(on)
    if (on >= 0) this.input.setAttribute("aria-activedescendant", `${this.listId}-${on}`)
    else this.input.removeAttribute("aria-activedescendant")
  }

  close() {
    this.asked += 1
    this.awaited = false
    this.entered = false
    this.list = []
    this.on = -1
    this.popup.hide()
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
  }

  /** @param {Option} option */
  choose(option) {
    if ("entry" in option) this.take(option.entry)
    else if ("kind" in option) this.create(option.create, option.kind)
    else if (this.options.registry === "claims") this.create(option.create, "")
    else this.askKind(option.create)
  }

  /** @param {string} name */
  askKind(name) {
    // Each kind has the same number in every field; the likeliest is chosen already.
    this.show(ACTOR_KINDS.map((kind) => ({ kind, create: name })), Math.max(0, ACTOR_KINDS.indexOf(this.options.newKind)))
    this.popup.lead(t("What is “{name}”?", { name }))
  }

  /**
   * @param {string} name
   * @param {string} kind
   */
  create(name, kind) {
    /** @type {Entry} */
    const entry = { id: newId(), name, note: kind, isNew: true }
    if (kind) entry.kind = kind
    this.take(entry)
  }

  /** @param {Entry} entry */
  take(entry) {
    this.set(this.options.clears ? null : entry)
    this.close()
    this.options.onChange(entry)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (composing(event)) return
    if (!this.handle(event)) return
    event.preventDefault()
    event.stopPropagation()
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was for this field rather than for the form.
   */
  handle(event) {
    const option = this.list[this.on]
    const asksKind = this.list.length > 0 && "kind" in /** @type {Option} */ (this.list[0])
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return this.arrow(event.key === "ArrowDown" ? 1 : -1)
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return !this.options.findsOnly && this.createNow()
    if (event.key === "Enter" && option && this.awaited && this.on === 0 && !asksKind && "create" in option) {
      // Perhaps the server knows the entry: nothing is made twice because somebody types fast.
      this.entered = true
      return true
    }
    if (event.key === "Enter" && this.awaited && !option) {
      this.entered = true
      return true
    }
    if (event.key === "Enter" && option) {
      this.choose(option)
      return true
    }
    if (event.key === "Tab") {
      if (option && "entry" in option) this.take(option.entry)
      else if (option && "kind" in option) this.choose(option)
      else if (option && !this.awaited && !event.shiftKey && this.options.registry === "actors") {
        // Nothing is made by leaving: what it is comes first.
        this.choose(option)
        return true
      }
      return false
    }
    if (event.key === "Escape" && (this.on >= 0 || asksKind)) {
      this.close()
      return true
    }
    const digit = asksKind ? this.list[Number(event.key) - 1] : undefined
    if (digit) this.choose(digit)
    return digit !== undefined
  }

  /** @param {1 | -1} by */
  arrow(by) {
    if (this.list.length === 0) {
      this.refresh()
      if (this.list.length === 0) return true
    }
    const n = this.list.length
    this.highlight(this.on < 0 ? (by > 0 ? 0 : n - 1) : (this.on + by + n) % n)
    return true
  }

  createNow() {
    const name = this.loose
    if (name === "") return false
    this.create(name, this.options.registry === "actors" ? this.options.newKind : "")
    return true
  }
}
