import { h } from "./dom.js"

/**
 * A component as Streamlit hands it over at each of its renders.
 *
 * @typedef {object} Rendered
 * @property {HTMLElement | ShadowRoot} parentElement
 */

/**
 * Makes what Streamlit calls at each render: the view is made once and then told what is new.
 *
 * @template {Rendered} C
 * @param {string} name The class of the view's element.
 * @param {new (root: HTMLElement, component: C) => { update(component: C): void }} View
 * @returns {(component: C) => void}
 */
export function mounting(name, View) {
  /** @type {WeakMap<Element, { update(component: C): void }>} */
  const views = new WeakMap()
  return (component) => {
    const old = component.parentElement.querySelector(`.${name}`)
    const known = old && views.get(old)
    if (known) {
      known.update(component)
      return
    }
    const root = h("div", { class: `cd ${name}` })
    component.parentElement.append(root)
    views.set(root, new View(root, component))
  }
}

/**
 * Hears the keys of the whole page until an element has left it: Streamlit takes components away
 * without a word.
 *
 * @param {Element} root
 * @param {(event: KeyboardEvent) => void} heard
 */
export function hearKeys(root, heard) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (root.isConnected) heard(event)
    else removeEventListener("keydown", onKey)
  }
  addEventListener("keydown", onKey)
}

/** Whether a key is the browser's, an input method's, or has been taken already. @param {KeyboardEvent} event */
export function isTaken(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented
}

/** The name of a key, letters small, whatever the shift key does. @param {KeyboardEvent} event */
export function keyOf(event) {
  return event.key.length === 1 ? event.key.toLowerCase() : event.key
}
