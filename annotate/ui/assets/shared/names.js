import { lang, t, when } from "./i18n.js"

/**
 * The name of a language.
 *
 * @param {string} tag BCP 47, with the script for Chinese.
 */
export function languageName(tag) {
  if (tag === "zh-Hans") return t("Chinese, simplified")
  if (tag === "zh-Hant") return t("Chinese, traditional")
  try {
    return new Intl.DisplayNames([lang()], { type: "language", fallback: "code" }).of(tag) ?? tag
  } catch {
    return tag || t("Unknown")
  }
}

/**
 * What an actor is, in words.
 *
 * @param {string} kind
 */
export function actorKindName(kind) {
  /** @type {Record<string, string>} */
  const names = {
    person: t("person"),
    organisation: t("organisation"),
    government: t("government"),
    party: t("party"),
    media: t("media"),
    group: t("group"),
    place: t("place"),
    other: t("other"),
  }
  return names[kind] ?? kind
}

/**
 * The state of one's own labels on an article.
 *
 * @param {string} status
 */
export function statusName(status) {
  /** @type {Record<string, string>} */
  const names = {
    todo: t("to do"),
    draft: t("in progress"),
    submitted: t("submitted"),
    returned: t("returned"),
    accepted: t("accepted"),
  }
  return names[status] ?? status
}

/**
 * Where an article stands in the project.
 *
 * @param {string} state
 */
export function stateName(state) {
  /** @type {Record<string, string>} */
  const names = {
    to_do: t("to do"),
    in_progress: t("in progress"),
    submitted: t("submitted"),
    in_review: t("in review"),
    gold: t("gold"),
  }
  return names[state] ?? state
}

/**
 * By when a round wants its articles, and whether that day has passed.
 *
 * @param {string} on The last day, as YYYY-MM-DD; days end at midnight UTC.
 */
export function dueOn(on) {
  const today = new Date().toISOString().slice(0, 10)
  const far = on.slice(0, 4) !== today.slice(0, 4)
  const day = when(`${on}T00:00:00Z`, { timeZone: "UTC", month: "short", day: "numeric", ...(far ? { year: "numeric" } : {}) })
  const late = on < today
  return { late, text: late ? t("Was due on {day}", { day }) : t("Due on {day}", { day }) }
}
