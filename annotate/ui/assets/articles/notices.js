import { button, h } from "../shared/dom.js"
import { number, t, tn } from "../shared/i18n.js"
import { follow } from "../shell/navigate.js"

/**
 * What stands in the list's place where nothing has been ingested.
 *
 * @param {string} project Its name.
 * @param {string | null} ingest The address of the page that takes articles in, for whoever may.
 */
export function noArticles(project, ingest) {
  const title = h("b", {}, t("No articles in this project yet"))
  if (!ingest) return h("div", { class: "empty" }, title, h("p", {}, t("An editor of the project takes them in.")))
  return h("div", { class: "empty" }, title,
    h("p", {}, t("Take in archived items: files or zip and tar archives here, or whole folders from the command line, with the same --db as the server.")),
    h("p", {}, h("a", { class: "btn primary", href: ingest, on: { click: follow } }, t("Take articles in"))),
    h("code", {}, `python -m annotate ingest PATH... --project ${JSON.stringify(project)}`))
}

/**
 * What stands there when the filters take nothing.
 *
 * @param {() => void} clear
 */
export function noHits(clear) {
  return h("div", { class: "empty" },
    h("b", {}, t("No article matches")),
    h("p", {}, t("Try fewer words, or take a filter away. Sources and languages are chosen at the left.")),
    button("btn", clear, {}, t("Clear search and filters")))
}

/**
 * A source that the search names, and how many of its articles the filters take, or more.
 *
 * @typedef {{ value: string, count: number, more: boolean }} Named
 */

/**
 * The sources that the search names, each a way to its articles.
 *
 * @param {Named[]} named
 * @param {(source: string) => void} choose
 */
export function namedSources(named, choose) {
  return named.map(({ value, count, more }) => {
    const n = more ? t("over {n} articles", { n: number(count) }) : tn("{n} article", "{n} articles", count)
    return button("btn", () => choose(value), {}, t("Source"), " ", h("b", {}, value), ` · ${n}`)
  })
}

/**
 * @param {{ status: number, message: string }} trouble
 * @param {() => void} retry
 */
export function troubleNotice({ status, message }, retry) {
  const back = encodeURIComponent(location.pathname + location.search)
  const action = status === 401
    ? h("a", { class: "btn", href: `/signin?next=${back}` }, t("Sign in"))
    : button("btn", retry, {}, t("Try again"))
  return h("div", { class: "trouble", role: "alert" },
    h("span", {}, status === 401 ? t("You are signed out.") : message), action)
}
