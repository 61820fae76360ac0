/** @import {AutocompleteOptions} from "./autocomplete.js" */
/** @import {Entry} from "./suggest.js" */
import { button, h } from "../shared/dom.js"
import { t } from "../shared/i18n.js"
import { Autocomplete } from "./autocomplete.js"

/** A list of actors in order, built with one Autocomplete: the chain of those who relayed a statement. */
export class ActorChain {
  /** @param {AutocompleteOptions} options */
  constructor(options) {
    /** @type {Entry[]} */
    this.value = []
    this.onChange = options.onChange
    this.field = new Autocomplete({ ...options, clears: true, onChange: (entry) => entry && this.add(entry) })
    this.field.input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && this.field.input.value === "" && this.value.length > 0) {
        this.put(this.value.slice(0, -1))
      }
    })
    this.chips = h("div", { class: "chips" })
    this.root = h("div", { class: "chain" }, this.chips, this.field.root)
    // As wide as the chips and the field together.
    this.field.popup.anchor = this.root
  }

  /** @param {Entry} entry */
  add(entry) {
    if (!this.value.some((item) => item.id === entry.id)) this.put([...this.value, entry])
  }

  /** @param {Entry[]} entries */
  put(entries) {
    this.set(entries)
    this.onChange(null)
  }

  /** @param {Entry[]} entries */
  set(entries) {
    this.value = entries
    this.chips.replaceChildren(
      ...entries.map((entry) =>
        h(
          "span",
          { class: "chip" },
          h("span", { dir: "auto" }, entry.name),
          button("x", () => this.put(this.value.filter((item) => item.id !== entry.id)), { "aria-label": t("Remove {name}", { name: entry.name }) }, "×"),
        ),
      ),
    )
  }
}
