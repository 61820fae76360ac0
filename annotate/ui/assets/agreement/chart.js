import { h } from "../shared/dom.js"

/** @typedef {import("./types.js").Chart} Chart */
/** @typedef {import("./types.js").Point} Point */

const WIDTH = 720
const HEIGHT = 190
const LEFT = 34
const RIGHT = 12
const TOP = 10
const BOTTOM = 24
/** Labels below the chart beyond which some are left out. */
const MOST_LABELS = 10
/** Dashes tell lines apart without their colour. */
const DASHES = ["", "7 4", "2 4", "10 3 2 3", "4 2 1 2"]

/**
 * Where a value stands: 0 at the bottom, 1 at the top; below 0 the scale goes as far as needed.
 *
 * @param {number} value
 * @param {number} least
 */
export function heightOf(value, least) {
  const room = HEIGHT - TOP - BOTTOM
  return TOP + room * (1 - (value - least) / (1 - least))
}

/** The lowest value that a chart shows: 0, or below it in steps of a half. @param {readonly (number | null)[]} values */
export function floorOf(values) {
  const least = Math.min(0, ...values.filter((value) => value !== null))
  return least < 0 ? Math.floor(least * 2) / 2 : 0
}

/**
 * The pieces of a line: it is interrupted where there is no value.
 *
 * @param {readonly (number | null)[]} values
 * @returns {number[][]} Places of the values that are joined.
 */
export function pieces(values) {
  /** @type {number[][]} */
  const found = []
  values.forEach((value, n) => {
    if (value === null) return
    const last = found.at(-1)
    if (last && last.at(-1) === n - 1) last.push(n)
    else found.push([n])
  })
  return found
}

/**
 * The lines of a chart; a table beside it says the same in words.
 *
 * @param {Chart} chart
 */
export function drawing(chart) {
  const labels = chart.lines[0]?.points.map((point) => point.label) ?? []
  const least = floorOf(chart.lines.flatMap((line) => line.points.map((point) => point.value)))
  const across = (/** @type {number} */ n) =>
    labels.length < 2 ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + ((WIDTH - LEFT - RIGHT) * n) / (labels.length - 1)
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", class: "lines" })
  for (let mark = least; mark <= 1.001; mark += 0.5) {
    const y = heightOf(mark, least)
    svg.append(s("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y, class: "rule" }), text(LEFT - 6, y + 4, mark.toFixed(1), "end"))
  }
  const step = Math.ceil(labels.length / MOST_LABELS)
  labels.forEach((label, n) => {
    const anchor = labels.length < 2 ? "middle" : n === 0 ? "start" : n === labels.length - 1 ? "end" : "middle"
    if (n % step === 0) svg.append(text(across(n), HEIGHT - 6, label, anchor))
  })
  chart.lines.forEach((line, n) => svg.append(...drawn(line.points, n, across, least)))
  return svg
}

/** The names of the lines with the dashes that stand for them. @param {Chart} chart */
export function legend(chart) {
  return h("ul", { class: "legend" }, chart.lines.map((line, n) => {
    const sample = s("svg", { viewBox: "0 0 28 8", "aria-hidden": "true" })
    sample.append(s("line", { x1: 0, x2: 28, y1: 4, y2: 4, class: `line l${n % DASHES.length}`, "stroke-dasharray": DASHES[n % DASHES.length] ?? "" }))
    const item = h("li", {}, line.name)
    item.prepend(sample)
    return item
  }))
}

/**
 * @param {Point[]} points
 * @param {number} n
 * @param {(n: number) => number} across
 * @param {number} least
 */
function drawn(points, n, across, least) {
  const look = `l${n % DASHES.length}`
  const at = (/** @type {number} */ place) => `${across(place)},${heightOf(points[place]?.value ?? 0, least)}`
  const lines = pieces(points.map((point) => point.value)).map((those) =>
    s("polyline", { points: those.map(at).join(" "), class: `line ${look}`, "stroke-dasharray": DASHES[n % DASHES.length] ?? "" }))
  const dots = points.flatMap((point, place) =>
    point.value === null ? [] : [s("circle", { cx: across(place), cy: heightOf(point.value, least), r: 3, class: `dot ${look}` })])
  return [...lines, ...dots]
}

/** @param {number} x @param {number} y @param {string} words @param {string} anchor */
function text(x, y, words, anchor) {
  const element = s("text", { x, y, "text-anchor": anchor })
  element.textContent = words
  return element
}

/** @param {string} tag @param {Record<string, string | number>} attributes */
function s(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  return element
}
