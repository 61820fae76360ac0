/** The largest unit first, in seconds. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60]]

/**
 * How long ago a moment was, in words.
 *
 * @param {string} at
 * @param {number} now Milliseconds since the epoch.
 * @param {string} lang
 */
export function ago(at, now, lang) {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000)
  const format = new Intl.RelativeTimeFormat(lang, { numeric: "auto" })
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ["second", 1]
  return format.format(-Math.floor(seconds / length), unit)
}
