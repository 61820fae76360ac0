/**
 * What the script behind the Agreement page says: blocks under one another, in its own words.
 *
 * @typedef {object} Cell
 * @property {string} text
 * @property {string} [sub] A second, smaller line.
 * @property {string} [href]
 * @property {number | null} [tint] From 0 to 1: how strongly the cell is tinted.
 * @property {"good" | "bad"} [tone] What the tint stands for: agreement, or disagreement.
 * @property {boolean} [quiet] A figure that is not defined.
 * @property {string} [name] What a link says to a screen reader, where its text is a number alone.
 *
 * @typedef {object} Table
 * @property {"table"} kind
 * @property {string} id
 * @property {string} title
 * @property {string} note
 * @property {string[]} columns The first is the heading of the rows' names.
 * @property {Cell[][]} rows The first cell names the row.
 * @property {boolean} numbers Whether the cells behind the first hold numbers.
 * @property {string} empty
 *
 * @typedef {object} Point
 * @property {string} label
 * @property {number | null} value
 * @property {string} text The value in words, or why there is none.
 * @property {string} [href]
 *
 * @typedef {object} Chart
 * @property {"chart"} kind
 * @property {string} id
 * @property {string} title
 * @property {string} note
 * @property {string} first Heading of the column of labels.
 * @property {{ name: string, points: Point[] }[]} lines All with the same labels.
 * @property {string} empty
 *
 * @typedef {{ text: string, href: string, current: boolean }} Way
 *
 * @typedef {object} Choice One of several views of the same section.
 * @property {string} label
 * @property {Way[]} options
 *
 * @typedef {object} AgreementData
 * @property {string} label What the ways lead between, for screen readers.
 * @property {Way[]} ways
 * @property {Choice | null} choice
 * @property {Way | null} back
 * @property {Way | null} next
 * @property {(Table | Chart)[]} blocks
 * @property {string} lang
 *
 * @typedef {object} Component
 * @property {AgreementData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 */

export {}
