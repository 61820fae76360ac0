/**
 * The filters of the article list, as the page's address carries them.
 *
 * @typedef {object} Filters
 * @property {string} q What is searched for.
 * @property {string[]} status The states of one's own labels.
 * @property {string[]} state Where articles stand in the project.
 * @property {string[]} source
 * @property {string[]} language
 * @property {string} from First day published, `YYYY-MM-DD` or empty.
 * @property {string} to Last day published, likewise.
 * @property {string} gold `only`, or empty for articles with and without gold.
 * @property {string} copies `all`, or empty for one article of each text.
 * @property {string} sort `oldest`, `ingested`, `title`, or empty for newest first.
 * @property {string} after The cursor that this page starts behind, empty for the first page.
 * @property {string} before The cursor that this page ends before; at most one of the two.
 * @property {string} start How many articles lie before this page, for people to read.
 */

const LISTS = /** @type {const} */ (["state", "status", "source", "language"])
const TEXTS = /** @type {const} */ (["q", "from", "to", "gold", "copies", "sort", "after", "before", "start"])

/**
 * @param {string} search `location.search`
 * @returns {Filters}
 */
export function read(search) {
  const given = new URLSearchParams(search)
  const text = (/** @type {string} */ name) => given.get(name) ?? ""
  return {
    q: text("q"),
    state: given.getAll("state"),
    status: given.getAll("status"),
    source: given.getAll("source"),
    language: given.getAll("language"),
    from: text("from"),
    to: text("to"),
    gold: text("gold"),
    copies: text("copies"),
    sort: text("sort"),
    after: text("after"),
    before: text("before"),
    start: text("start"),
  }
}

/**
 * The query of an address or of a request: the project first, empty values left out.
 *
 * @param {Filters} filters
 * @param {string} projectId
 */
export function write(filters, projectId) {
  const query = new URLSearchParams({ project: projectId })
  for (const name of TEXTS) if (filters[name]) query.set(name, filters[name])
  for (const name of LISTS) for (const value of filters[name]) query.append(name, value)
  return query.toString()
}

/**
 * Other filters, from the first page on.
 *
 * @param {Filters} filters
 * @param {Partial<Filters>} changes
 * @returns {Filters}
 */
export function change(filters, changes) {
  return { ...filters, after: "", before: "", start: "", ...changes }
}

/**
 * Puts a value into a list filter, or takes it out.
 *
 * @param {Filters} filters
 * @param {"state" | "status" | "source" | "language"} name
 * @param {string} value
 */
export function toggle(filters, name, value) {
  const had = filters[name].includes(value)
  const next = had ? filters[name].filter((item) => item !== value) : [...filters[name], value]
  return change(filters, { [name]: next })
}

/**
 * Whether anything narrows the list.
 *
 * @param {Filters} filters
 */
export function isNarrowed(filters) {
  return Boolean(filters.q || filters.from || filters.to || filters.gold || LISTS.some((name) => filters[name].length))
}
