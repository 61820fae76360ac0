/** @import {Coder} from "./types.js" */
import { t } from "../shared/i18n.js"

/** In the order of the letters; a gold double line is what all share. */
const COLOURS = ["var(--actor)", "var(--claim)", "var(--evidence)", "var(--unclear)", "var(--oppose)", "var(--neutral)"]

/** @param {string} letter */
export function colourOfCoder(letter) {
  return COLOURS[(letter.charCodeAt(0) - 65) % COLOURS.length] ?? "var(--gold)"
}

/**
 * What a coder is called everywhere on the page: by name, with the letter where two share one; by
 * the letter alone where names are hidden.
 *
 * @param {readonly Coder[]} coders
 * @param {string} letter
 */
export function nameOfCoder(coders, letter) {
  const name = coders.find((coder) => coder.letter === letter)?.name
  if (!name) return t("Coder {letter}", { letter })
  return coders.filter((coder) => coder.name === name).length > 1 ? `${name} (${letter})` : name
}
