/** @import {Codebook, DocumentLabel, Value} from "../tag/types.js" */

/**
 * Values by their stored names. Labels keep those that the codebook has withdrawn; they are called
 * and coloured as they were last, and have no key any more.
 *
 * @typedef {"span_kinds" | "stances" | "certainties"} Scale
 */

/**
 * @param {Codebook} codebook
 * @param {Scale} scale
 * @param {string | null | undefined} name
 */
export function valueOf(codebook, scale, name) {
  return everyValue(codebook, scale).find((value) => value.name === name)
}

/**
 * The values of a scale, and behind them those withdrawn.
 *
 * @param {Codebook} codebook
 * @param {Scale} scale
 * @returns {readonly Value[]}
 */
export function everyValue(codebook, scale) {
  return [...codebook[scale], ...(codebook.withdrawn?.[scale] ?? [])]
}

/**
 * A question about the article with all the answers that it ever had; undefined if it never was one.
 *
 * @param {Codebook} codebook
 * @param {string} name
 * @returns {DocumentLabel | undefined}
 */
export function questionOf(codebook, name) {
  const asked = codebook.document_labels.find((one) => one.name === name)
  const gone = codebook.withdrawn?.document_labels.find((one) => one.name === name)
  return asked && gone ? { ...asked, values: [...asked.values, ...gone.values] } : asked ?? gone
}

/**
 * A scale with a value that the codebook has withdrawn but a label still has.
 *
 * @param {readonly Value[]} values
 * @param {string} name Empty for none.
 * @param {readonly Value[]} [known] Where the value is looked up; without it, it goes by its stored name.
 * @returns {readonly Value[]}
 */
export function withKept(values, name, known = []) {
  if (name === "" || values.some((value) => value.name === name)) return values
  return [...values, known.find((value) => value.name === name) ?? { name, en: name, zh: name }]
}
