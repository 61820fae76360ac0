/**
 * Contrast of a codebook's colours (WCAG 2, relative luminance) as the pages draw them: plain words,
 * or those of a chip on its own tint. On dark pages `tag/colours.js` mixes a colour half with white.
 *
 * @typedef {readonly [number, number, number]} Colour sRGB, 0 to 1.
 */

/** The contrast that text needs at least (WCAG 2.2, level AA). */
export const LEAST = 4.5
const WHITE = /** @type {const} */ ([1, 1, 1])
/** What they stand on in each theme, and how strongly a chip tints it (tokens.css, page.css). */
const THEMES = { light: { ground: "#ffffff", tint: 0.12 }, dark: { ground: "#23272d", tint: 0.17 } }

/**
 * @param {string} colour `#rrggbb`.
 * @param {"light" | "dark"} theme
 * @param {boolean} chip Whether it is a chip's, on its own tint.
 * @returns {number} From 1 to 21.
 */
export function contrastIn(colour, theme, chip) {
  const { ground, tint } = THEMES[theme]
  const ink = theme === "light" ? parsed(colour) : mixedInOklab(parsed(colour), WHITE)
  return contrast(ink, mix(parsed(ground), ink, chip ? tint : 0))
}

/**
 * The themes in which a colour is hard to read.
 *
 * @param {string} colour
 * @param {boolean} chip
 * @returns {("light" | "dark")[]}
 */
export function hardToReadIn(colour, chip) {
  if (!/^#[0-9a-f]{6}$/.test(colour)) return []
  return /** @type {const} */ (["light", "dark"]).filter((theme) => contrastIn(colour, theme, chip) < LEAST)
}

/** @param {Colour} a @param {Colour} b */
function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

/** @param {Colour} colour */
function luminance(colour) {
  const [r, g, b] = linear(colour)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** @param {string} colour @returns {Colour} */
function parsed(colour) {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}


/** @param {Colour} a @param {Colour} b @param {number} share Of b. @returns {Colour} */
function mix([a0, a1, a2], [b0, b1, b2], share) {
  return [a0 + (b0 - a0) * share, a1 + (b1 - a1) * share, a2 + (b2 - a2) * share]
}

/** Half and half, as CSS's `color-mix(in oklab, ...)` does it. @param {Colour} a @param {Colour} b */
function mixedInOklab(a, b) {
  return fromOklab(mix(toOklab(a), toOklab(b), 0.5))
}

/** @param {Colour} colour @returns {Colour} */
function linear([r, g, b]) {
  const one = (/** @type {number} */ c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  return [one(r), one(g), one(b)]
}

/** @param {Colour} colour @returns {Colour} */
function toOklab(colour) {
  const [r, g, b] = linear(colour)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** @param {Colour} oklab @returns {Colour} */
function fromOklab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const one = (/** @type {number} */ c) => {
    const value = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055
    return Math.min(1, Math.max(0, value))
  }
  return [
    one(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    one(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    one(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}
