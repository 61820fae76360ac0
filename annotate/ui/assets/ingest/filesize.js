import { lang } from "../shared/i18n.js"

const UNITS = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"])

/**
 * A number of bytes as people write it.
 *
 * @param {number} bytes
 */
export function fileSize(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return new Intl.NumberFormat(lang(), { style: "unit", unit: UNITS[step], unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: 1 })
    .format(bytes / 1000 ** step)
}
