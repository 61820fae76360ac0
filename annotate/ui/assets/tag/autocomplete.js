/** @import {Api} from "./api.js" */
/** @import {Entry} from "./suggest.js" */
/** @import {Option} from "./optionrow.js" */
import { h, uid } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { actorKindName } from "../shared/names.js"
import { newId } from "../shared/ids.js"
import { composing } from "../shared/keys.js"
import { optionRow } from "./optionrow.js"
import { Popup } from "./popup.js"
import { ACTOR_KINDS, entryOf, matching, merged, namesOf, sameName, tooLong } from "./suggest.js"

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
 */

/** A field that chooses an entry of a registry by any of its names, or makes a new one (ARIA combobox). */
export class Autocomplete {
  /** @param {AutocompleteOptions} options */
  constructor(options) {
    this.options = options
    /** The kind of what is made here unasked; claims have none. */
    this.newKind = options.registry === "actors" ? options.newKind : ""
    /** @type {Entry | null} */
    this.value = null
    /** @type {Option[]} */
    this.list = []
    this.on = -1
    /** Counts questions: only the answer to the latest is shown. */
    this.asked = 0
    /** Whether the server has not answered yet. */
    this.awaited = false
    /** What a key pressed while waiting does with the answer. @type {((found: Entry[]) => void) | null} */
    this.next = null
    /** The latest answer, and to what. @type {{query: string, found: Entry[]}} */
    this.answer = { query: "", found: [] }
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
    this.forget()
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
    if (!this.next && (this.loose !== "" || this.options.eager?.())) this.refresh()
  }

  left() {
    const { loose, asked, awaited, next } = this
    this.close()
    if (loose === "") return
    // Left faster than the server answered: its answer still counts.
    if (awaited) Object.assign(this, { asked, awaited, next })
    if (!next) this.settle(this.answer.query === loose ? this.answer.found : [...this.options.local()], loose)
  }

  /**
   * Takes the entry that what was typed means, once the field has been left.
   *
   * @param {readonly Entry[]} entries
   * @param {string} query
   */
  settle(entries, query) {
    const [meant, another] = entries.filter((entry) => sameName(entry, query))
    if (meant && !another) this.take(meant)
    else this.unchosen()
  }

  unchosen() {
    this.field.classList.add("wrong")
    this.note.textContent = t("not chosen yet")
  }

  get focusedNow() {
    return document.activeElement === this.input
  }

  /**
   * Whether a key is still waiting for the answer; then what is given here happens after it.
   *
   * @param {() => void} after
   */
  puts(after) {
    const { next } = this
    if (!next) return false
    this.next = (found) => {
      next(found)
      after()
    }
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
    this.forget()
    this.request?.abort()
    if (this.value) return this.close()
    if (query === "") return this.suggest()
    if (this.problem) return this.refuse()
    const local = matching(this.options.local(), query).slice(0, MOST)
    this.show(this.offered(local, query), 0)
    this.awaited = true
    const mine = this.asked
    setTimeout(() => void this.ask(query, mine, local), PAUSE)
  }

  /** Why nothing can be made of what was typed; empty where something can. */
  get problem() {
    return this.options.findsOnly ? "" : tooLong(this.options.registry, this.loose)
  }

  /** What a form says that cannot be saved before something is chosen here. */
  get lacking() {
    return this.problem || t("Choose or create “{name}” first", { name: this.loose })
  }

  /** Says why nothing is offered; what was typed stays. */
  refuse() {
    this.close()
    this.field.classList.add("wrong")
    this.popup.show([])
    this.popup.lead(this.problem)
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
    const answer = await this.found(query).catch(() => null)
    if (mine !== this.asked || !this.root.isConnected) return
    const found = merged(answer ?? [], local, query).filter((entry) => entry.id !== this.options.omit).slice(0, MOST)
    const { next } = this
    this.answer = { query, found }
    this.forget()
    this.note.textContent = ""
    if (this.focusedNow) this.showFound(found, query, answer !== null)
    // A key that was pressed before the server said what it knows counts now.
    if (next) next(found)
    if (this.focusedNow || this.loose !== query) return
    if (next) this.unchosen()
    else this.settle(found, query)
  }

  /**
   * @param {Entry[]} found
   * @param {string} query
   * @param {boolean} answered Whether the server was there.
   */
  showFound(found, query, answered) {
    const option = this.list[this.on]
    const kept = option && "entry" in option ? found.findIndex((entry) => entry.id === option.entry.id) : -1
    // Keep what was reached with the arrow keys; otherwise the best answer stands first.
    this.show(this.offered(found, query), this.on > 0 && kept >= 0 ? kept : 0)
    if (this.list.length === 0) this.note.textContent = t("nothing found")
    else if (!answered) this.popup.lead(t("No connection: only names that are here already"))
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
    const twice = entries.some((entry) => sameName(entry, query))
    return [...known, { create: query, twice }, ...words.map((create) => ({ create, twice: false }))]
  }

  /**
   * @param {Option[]} list
   * @param {number} on
   */
  show(list, on) {
    this.list = list
    this.on = on
    if (list.length === 0) return this.close()
    this.popup.show(list.map((option, i) => optionRow(option, {
      id: `${this.listId}-${i}`, number: i + 1, registry: this.options.registry, typed: this.loose, onChoose: () => this.choose(option),
    })))
    this.input.setAttribute("aria-expanded", "true")
    this.highlight(on)
  }

  /** @param {number} on */
  highlight(on) {
    this.on = on
    this.popup.highlight(on)
    if (on >= 0) this.input.setAttribute("aria-activedescendant", `${this.listId}-${on}`)
    else this.input.removeAttribute("aria-activedescendant")
  }

  /** Waits for no answer any more. */
  forget() {
    this.asked += 1
    this.awaited = false
    this.next = null
  }

  close() {
    this.forget()
    this.list = []
    this.on = -1
    this.popup.hide()
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
  }

  /** @param {Option} option */
  choose(option) {
    if ("entry" in option) this.take(option.entry)
    else if ("kind" in option) this.create(option.create, option.kind, option.twice)
    else if (option.twice) this.askKind(option.create, true)
    else this.make(option.create, () => this.askKind(option.create, false))
  }

  /**
   * Makes an entry, unless one is called so already: that is taken, or asked about.
   *
   * @param {string} name
   * @param {() => void} make
   */
  make(name, make) {
    const other = this.loose !== name
    if (other) this.propose(name)
    if (other || this.awaited || this.answer.query !== name) {
      if (other || !this.awaited) this.refresh()
      this.note.textContent = t("looking it up…")
      this.next = () => this.make(name, make)
      return
    }
    const same = this.answer.found.filter((entry) => sameName(entry, name))
    const [only] = same
    if (!only) make()
    else if (same.length === 1 && (only.kind ?? "") === this.newKind) this.take(only)
    else if (this.focusedNow) {
      this.show([...same.map((entry) => ({ entry })), { create: name, twice: true }], 0)
      this.popup.lead(t("“{name}” is there already: is it meant?", { name }))
    }
  }

  /**
   * @param {string} name
   * @param {boolean} twice
   */
  askKind(name, twice) {
    // One that has been left cannot be asked any more: it is the likeliest.
    if (!this.newKind || !this.focusedNow) return this.create(name, this.newKind, twice)
    // Each kind has the same number in every field; the likeliest is chosen already.
    this.show(ACTOR_KINDS.map((kind) => ({ kind, create: name, twice })), Math.max(0, ACTOR_KINDS.indexOf(this.newKind)))
    this.popup.lead(t("What is “{name}”?", { name }))
  }

  /**
   * @param {string} name
   * @param {string} kind
   * @param {boolean} twice Whether another of the name is meant.
   */
  create(name, kind, twice) {
    /** @type {Entry} */
    const entry = { id: newId(), name, note: kind, isNew: true }
    if (kind) entry.kind = kind
    if (twice) entry.twice = true
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
    // On its way already: these mean the form.
    if (this.next && ["Enter", "Tab", "Escape"].includes(event.key)) return false
    if (event.key === "Enter" && this.awaited && this.on <= 0 && !asksKind && !(option && "entry" in option)) {
      // Perhaps the server knows the entry: nothing is made twice because somebody types fast.
      this.next = (found) => (this.list[0] ? this.choose(this.list[0]) : found[0] && this.take(found[0]))
      return true
    }
    if (event.key === "Enter" && option) {
      this.choose(option)
      return true
    }
    if (event.key === "Tab") {
      if (option && ("entry" in option || "kind" in option)) this.choose(option)
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
    this.next = null
    if (this.list.length === 0) this.refresh()
    if (this.list.length === 0) return true
    const n = this.list.length
    this.highlight(this.on < 0 ? (by > 0 ? 0 : n - 1) : (this.on + by + n) % n)
    return true
  }

  createNow() {
    const name = this.loose
    if (name === "") return false
    if (this.problem) this.refuse()
    else this.make(name, () => this.create(name, this.newKind, false))
    return true
  }
}
