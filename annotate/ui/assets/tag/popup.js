import { h } from "../shared/dom.js"

const GAP = 2
const LEAST_ROOM = 180

/** A list in the top layer, placed at a field: never clipped by a scrolling panel. */
export class Popup {
  /**
   * @param {HTMLElement} anchor
   * @param {string} id
   * @param {string} label
   */
  constructor(anchor, id, label) {
    this.anchor = anchor
    // What scrolls would be a stop of the Tab key, and a press on its bar would leave the field.
    const keep = { mousedown: (/** @type {Event} */ event) => event.preventDefault() }
    this.root = h("div", { class: "ac", id, role: "listbox", "aria-label": label, popover: "manual", tabindex: -1, on: keep })
    this.place = this.place.bind(this)
  }

  get open() {
    return this.root.matches(":popover-open")
  }

  /** @param {HTMLElement[]} rows */
  show(rows) {
    this.root.replaceChildren(...rows)
    if (!this.open) {
      this.root.showPopover()
      document.addEventListener("scroll", this.place, { capture: true, passive: true })
      window.addEventListener("resize", this.place)
    }
    this.place()
  }

  /** @param {string} text Stands above the rows. */
  lead(text) {
    this.root.querySelector("p")?.remove()
    this.root.prepend(h("p", { class: "tiny", "aria-hidden": "true" }, text))
  }

  hide() {
    if (!this.open) return
    this.root.hidePopover()
    document.removeEventListener("scroll", this.place, { capture: true })
    window.removeEventListener("resize", this.place)
  }

  /** @param {number} on */
  highlight(on) {
    this.root.querySelectorAll("[role=option]").forEach((row, i) => {
      row.classList.toggle("on", i === on)
      row.setAttribute("aria-selected", String(i === on))
      if (i === on) row.scrollIntoView({ block: "nearest" })
    })
  }

  place() {
    if (!this.anchor.isConnected) return this.hide()
    // In a small box the list hangs from the box itself, not over its lower edge.
    const box = (this.anchor.closest(".box") ?? this.anchor).getBoundingClientRect()
    const below = window.innerHeight - box.bottom
    const { style } = this.root
    style.left = `${box.left}px`
    style.width = `${box.width}px`
    const under = below >= LEAST_ROOM || below >= box.top
    style.top = under ? `${box.bottom + GAP}px` : "auto"
    style.bottom = under ? "auto" : `${window.innerHeight - box.top + GAP}px`
    style.maxHeight = `${Math.min(320, (under ? below : box.top) - 8)}px`
  }
}
