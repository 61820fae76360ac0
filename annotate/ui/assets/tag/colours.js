/** @import {Value} from "./types.js" */

/** The default codebook's colours have counterparts for dark pages in tokens.css. */
const TOKENS = new Map([
  ["#0072b2", "var(--actor)"],
  ["#b4540a", "var(--claim)"],
  ["#00785a", "var(--evidence)"],
  ["#b3362b", "var(--oppose)"],
  ["#5b6169", "var(--neutral)"],
  ["#7a4fa3", "var(--unclear)"],
])

/**
 * The colour of a codebook value as CSS, readable on light and dark paper.
 *
 * @param {Value | undefined} value
 */
export function colourOf(value) {
  const colour = value?.colour ?? ""
  if (!/^#[0-9a-f]{6}$/.test(colour)) return "var(--neutral)"
  return TOKENS.get(colour) ?? `light-dark(${colour},color-mix(in oklab,${colour} 50%,white))`
}

/**
 * Sets the colour that an element's style rules use.
 *
 * @template {HTMLElement} T
 * @param {T} element
 * @param {Value | undefined} value
 * @returns {T}
 */
export function paint(element, value) {
  element.style.setProperty("--c", colourOf(value))
  return element
}
