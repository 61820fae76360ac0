import { h } from "../shared/dom.js"

/**
 * A button with a menu under it. The browser's own popover closes it on Escape and on a click
 * elsewhere, and no scrolling parent clips it; the arrow keys move in it.
 *
 * @param {object} menu
 * @param {string} menu.id
 * @param {string} menu.text What stands on the button.
 * @param {string} menu.label What it chooses, for screen readers; the same as the text where that says it.
 * @param {HTMLElement[]} menu.items Links, or forms with one button; each gets the role of an item.
 * @param {Node | null} [menu.before] Stands above the items.
 */
export function menuButton({ id, text, label, items, before = null }) {
  const list = h("div", { role: "menu", "aria-label": label }, items)
  const panel = h("div", { id, popover: "auto", class: "cd-menu" }, before, list)
  const button = h("button",
    { type: "button", class: "cd-menu-button", "aria-label": text === label ? text : `${label}: ${text}`, "aria-haspopup": "menu" },
    h("span", { dir: "auto" }, text))
  button.popoverTargetElement = panel
  for (const item of choices(list)) item.tabIndex = -1
  panel.addEventListener("beforetoggle", () => {
    place(panel, button)
    const items = choices(list)
    const first = items.find((item) => item.hasAttribute("aria-current")) ?? items[0]
    // The browser focuses it as it opens the menu.
    for (const item of items) item.autofocus = item === first
  })
  panel.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[role=menuitem]")) panel.hidePopover()
  })
  panel.addEventListener("keydown", (event) => move(event, panel, list))
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return
    event.preventDefault()
    panel.showPopover()
  })
  return h("span", { class: "cd-menu-at" }, button, panel)
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
function choices(list) {
  const items = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=menuitem]")])
  return items.filter((item) => !item.hidden)
}

/** @param {HTMLElement} panel @param {HTMLElement} button */
function place(panel, button) {
  const box = button.getBoundingClientRect()
  const atRight = box.left > innerWidth / 2
  panel.style.top = `${box.bottom + 8}px`
  panel.style.right = atRight ? `${document.documentElement.clientWidth - box.right}px` : "auto"
  panel.style.left = atRight ? "auto" : `${box.left}px`
}

/** @param {KeyboardEvent} event @param {HTMLElement} panel @param {HTMLElement} list */
function move(event, panel, list) {
  // The page's keys are not for an open menu.
  event.stopPropagation()
  const items = choices(list)
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement))
  /** @type {Record<string, number>} */
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }
  if (event.key === "Tab") panel.hidePopover()
  const next = to[event.key]
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}
