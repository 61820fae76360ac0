/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {object} Props
 * @property {string} [class]
 * @property {Record<string, (event: any) => void>} [on] Listeners by event name.
 * @property {Record<string, string | number | null | undefined>} [data]
 */

/**
 * Makes an element. Text becomes text nodes, so that hostile content stays text.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props & Record<string, any>} [props] Other names are attributes; true is an empty one, null and false are left out.
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue
    if (name === "class") element.className = value
    else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, /** @type {EventListener} */ (listener))
      }
    } else if (name === "data") {
      for (const [key, item] of Object.entries(value)) {
        if (item !== null && item !== undefined) element.dataset[key] = String(item)
      }
    } else element.setAttribute(name, value === true ? "" : String(value))
  }
  append(element, children)
  return element
}

/**
 * @param {Node} parent
 * @param {(Child | Child[])[]} children
 */
export function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)))
  }
}

/**
 * A name without spaces, such as a host's, that may be broken after its dots and dashes.
 *
 * @param {string} name
 * @returns {(string | HTMLElement)[]}
 */
export function breakable(name) {
  return name.split(/(?<=[.\-/])/).flatMap((part, n) => (n === 0 ? [part] : [h("wbr"), part]))
}

/**
 * A button that never submits and does not take the focus away from the text when clicked.
 *
 * @param {string} className
 * @param {(event: MouseEvent) => void} action
 * @param {Props & Record<string, any>} props
 * @param {...(Child | Child[])} children
 */
export function button(className, action, props, ...children) {
  return h("button", { type: "button", class: className, on: { click: action }, ...props }, ...children)
}

/**
 * Whether typing belongs to this element rather than to the page's keys.
 *
 * @param {EventTarget | null} target
 */
export function takesText(target) {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)
}

/** Whether this is a Mac, where Cmd takes Ctrl's place. */
export const isMac = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform)

let counter = 0

/**
 * An id for ARIA references, unique in the page.
 *
 * @param {string} prefix
 */
export function uid(prefix) {
  counter += 1
  return `cd-${prefix}-${counter}`
}
