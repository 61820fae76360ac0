/** English text to translation. @typedef {Record<string, string>} Catalogue */

/** @type {Catalogue} */
let catalogue = {}
let language = "en"

/** Catalogues fetched before, by address. @type {Map<string, Catalogue>} */
const fetched = new Map()
let turn = Promise.resolve()

/**
 * Makes a language the page's. It stays so until another is loaded; calls take effect in the
 * order in which they were made.
 *
 * @param {string} lang BCP 47 tag.
 * @param {string} edition Names the state of the catalogues, so that browsers may keep them.
 */
export function load(lang, edition) {
  turn = turn.then(async () => {
    catalogue = lang === "en" ? {} : await catalogueAt(`/assets/words/${edition}/${lang}.json`)
    language = lang
  })
  return turn
}

/**
 * @param {string} address
 * @returns {Promise<Catalogue>} Empty where the server does not answer: English words are better than no page.
 */
async function catalogueAt(address) {
  const known = fetched.get(address)
  if (known) return known
  try {
    const response = await fetch(address)
    if (!response.ok) return {}
    const found = await response.json()
    fetched.set(address, found)
    return found
  } catch {
    return {}
  }
}

/** The page's language, a BCP 47 tag. */
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
 * As t(), choosing between an English singular and plural; `{n}` is the count, with separators.
 *
 * @param {string} one
 * @param {string} other
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function tn(one, other, n, values) {
  return t(n === 1 ? one : other, { ...values, n: number(n) })
}

/** @param {number} value */
export function number(value) {
  return value.toLocaleString(locale())
}

/**
 * A date or time as the page's language writes it.
 *
 * @param {string} time ISO 8601; what is none stays as it is.
 * @param {Intl.DateTimeFormatOptions} [how]
 */
export function when(time, how = { dateStyle: "medium", timeStyle: "short" }) {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : new Intl.DateTimeFormat(locale(), how).format(date)
}

/** The zone in which times are shown, as the filters name theirs: UTC, UTC+8; with summer time it has no one name. */
export function zone() {
  const year = new Date().getFullYear()
  const inMonth = (/** @type {number} */ month) => {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "shortOffset" }).formatToParts(new Date(year, month))
    return (parts.find((part) => part.type === "timeZoneName")?.value ?? "").replace("GMT", "UTC").replace(/\+0$/, "")
  }
  return inMonth(0) === inMonth(6) ? inMonth(0) : t("local time")
}

/**
 * Names in a row.
 *
 * @param {readonly string[]} names
 */
export function listed(names) {
  return names.join(t(", "))
}

function locale() {
  return language === "en" ? "en-GB" : language
}

/**
 * What went wrong, as one line of text.
 *
 * @param {{ message: string, hint?: string }} problem
 */
export function told({ message, hint }) {
  return hint ? t("{message}. {hint}", { message, hint }) : message
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
