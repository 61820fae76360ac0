/** @type {Record<string, string>} */
let catalogue = {}
let language = "en"

/**
 * @param {string | undefined} lang BCP 47 tag of the page's language.
 * @param {Record<string, string> | undefined} strings English text to translation.
 */
export function setStrings(lang, strings) {
  language = lang || "en"
  catalogue = strings || {}
}

/** The page's language, for dates and numbers. */
export function lang() {
  return language
}

/**
 * The text in the page's language, with `{name}` replaced by `values.name`.
 *
 * @param {string} text The English text: the key of the catalogue.
 * @param {Record<string, string | number>} [values]
 */
export function t(text, values) {
  const found = catalogue[text] ?? text
  if (!values) return found
  return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole))
}

/**
 * As t(), choosing between an English singular and plural; `{n}` is the count.
 *
 * @param {string} one
 * @param {string} other
 * @param {number} n
 */
export function tn(one, other, n) {
  return t(n === 1 ? one : other, { n })
}

/**
 * A codebook value's name in the page's language.
 *
 * @param {{name: string, en: string, zh: string} | undefined} value
 * @param {string} [fallback] Shown for a value that the codebook does not know.
 */
export function label(value, fallback = "") {
  if (!value) return fallback
  return (language.startsWith("zh") ? value.zh : value.en) || value.name
}
