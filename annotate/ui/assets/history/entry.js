import { ask } from "../shared/ask.js"
import { button, h, takesText, uid } from "../shared/dom.js"
import { offerKeys } from "../shared/helpsheet.js"
import { lang, listed as allOf, t, when } from "../shared/i18n.js"
import { hearKeys, isTaken, keyOf, mounting } from "../shared/mounted.js"
import { follow, navigate } from "../shell/navigate.js"
import { ago } from "./times.js"

/**
 * The changes of the history page, newest first. The script behind the page says what they are and
 * hears which one is to be taken back.
 *
 * @typedef {{ change: "same" | "added" | "removed", text: string }} Part
 *
 * @typedef {object} FieldChange
 * @property {string} field
 * @property {boolean} listed Whether the parts are items of a list.
 * @property {boolean} whole Whether one value took another's place.
 * @property {Part[]} parts
 *
 * @typedef {object} Change
 * @property {string} id
 * @property {string} at UTC.
 * @property {string | null} who Null where the reader may not know.
 * @property {string} what
 * @property {string} subject
 * @property {string | null} href
 * @property {string} article The title of the article that it stands in.
 * @property {string} owner Whose labels were changed, where it was somebody else.
 * @property {string | null} history Where the subject's own history is.
 * @property {FieldChange[]} changes
 * @property {boolean} restorable
 * @property {string} step What a merge, a split or a move did between this entry and others.
 * @property {string} takeBack The words of the button, where it takes back all that was changed together.
 * @property {"" | "new" | "gone"} look Whether the thing is new or gone as a whole.
 *
 * @typedef {object} HistoryData
 * @property {Change[]} entries
 * @property {string | null} older
 * @property {string | null} newest
 * @property {string | null} all Where the project's history is, unless this is it.
 * @property {string} about What it is the history of.
 * @property {string} empty
 * @property {{ text: string, bad: boolean } | null} notice
 * @property {string} lang
 *
 * @typedef {object} Component
 * @property {HistoryData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { weekday: "short", year: "numeric", month: "long", day: "numeric" }
/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }

/** What stands in one line beside another. */
const SHORT = 24

class History {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    this.drawn = ""
    this.about = h("b", { dir: "auto" })
    this.said = h("span", { class: "said", role: "status" })
    this.all = h("span")
    this.list = h("div", { class: "list" })
    root.append(h("div", { class: "top" }, this.about, this.said, this.all), this.list)
    this.update(component)
    offerKeys({ root, groups: keys })
    hearKeys(root, (event) => this.key(event))
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    const { data } = component
    this.say(data)
    const now = JSON.stringify({ ...data, notice: null })
    if (now === this.drawn) return
    const again = this.drawn !== "" && this.root.contains(document.activeElement)
    this.drawn = now
    this.about.textContent = data.about
    this.all.replaceChildren(...(data.all ? [h("a", { class: "link", href: data.all, on: { click: follow } }, t("All recent changes"))] : []))
    this.list.replaceChildren(...this.days(data), this.turns(data))
    if (again) this.entries[0]?.focus()
  }

  /** @param {HistoryData} data */
  say({ notice }) {
    if (!notice) return
    this.said.textContent = notice.text
    this.said.classList.toggle("bad", notice.bad)
  }

  /** @param {HistoryData} data */
  days({ entries, empty }) {
    if (entries.length === 0) return [h("p", { class: "empty" }, empty)]
    /** @type {Map<string, Change[]>} */
    const days = new Map()
    for (const entry of entries) {
      const day = when(entry.at, DAY)
      days.set(day, [...(days.get(day) ?? []), entry])
    }
    return [...days].map(([day, those]) => {
      const id = uid("day")
      return h("section", { "aria-labelledby": id }, h("h2", { id }, day), h("ol", {}, those.map((entry) => this.entry(entry))))
    })
  }

  /** @param {HistoryData} data */
  turns({ older, newest }) {
    /** @param {string | null} href @param {string} text */
    const link = (href, text) => href && h("a", { class: "btn", href, on: { click: follow } }, text)
    return h("nav", { "aria-label": t("More changes") }, link(newest, t("Newest")), link(older, t("Older")))
  }

  /** @param {Change} entry */
  entry(entry) {
    const kinds = new Set(entry.changes.flatMap((change) => change.parts.map((part) => part.change)))
    return h("li", { class: kinds.size > 1 ? "" : entry.look, tabindex: "0", data: { id: entry.id } },
      h("time", { datetime: entry.at, title: `${ago(entry.at, Date.now(), lang())} · ${when(entry.at, { dateStyle: "full", timeStyle: "long" })}` }, when(entry.at, CLOCK)),
      h("div", { class: "what" }, this.headline(entry), entry.changes.length > 0 && h("dl", {}, entry.changes.map(field))),
      h("div", { class: "does" },
        entry.history && h("a", { class: "link", href: entry.history, on: { click: follow } }, t("History")),
        entry.restorable && button("btn restore", () => this.askToRestore(entry), entry.takeBack ? {} : { title: t("Restore what was before this change") }, entry.takeBack || t("Restore"))))
  }

  /** @param {Change} entry */
  headline(entry) {
    const who = entry.who === null
      ? h("span", { class: "muted", title: t("Not shown while you work without seeing others' labels") }, t("Somebody"))
      : h("b", { dir: "auto" }, entry.who)
    const name = entry.subject
    const subject = !name ? null : entry.href
      ? h("a", { class: "link subject", href: entry.href, dir: "auto", on: { click: follow } }, name)
      : h("span", { class: "subject", dir: "auto" }, name)
    return [
      h("div", { class: "line" }, who, " ", entry.what, subject && [t(": "), subject].flat()),
      entry.step && h("div", { class: "step", dir: "auto" }, entry.step),
      (entry.article || entry.owner) && h("div", { class: "tiny where" },
        entry.article && h("span", { dir: "auto" }, entry.article),
        entry.owner && h("span", { dir: "auto" }, t("labels of {name}", { name: entry.owner }))),
    ]
  }

  /** @param {Change} entry */
  async askToRestore(entry) {
    const then = entry.takeBack
      ? [entry.step, t("All labels that it moved go back, but for those that were changed since.")]
      : [...entry.changes.map(before), t("What has been changed since is replaced.")]
    const yes = await ask({
      title: entry.takeBack ? t("{what}?", { what: entry.takeBack }) : t("Restore what was before this change?"),
      lines: [entry.subject, ...then, t("This is listed as a change of its own.")],
      yes: entry.takeBack ? t("Take back") : t("Restore"),
    })
    if (yes) this.component.setTriggerValue("restore", entry.id)
  }

  /** @returns {HTMLElement[]} */
  get entries() {
    return [...this.root.querySelectorAll("li")]
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = event.composedPath()[0] ?? null
    if (isTaken(event) || takesText(target) || document.querySelector("dialog[open], [role=dialog]")) return
    const at = this.entries.findIndex((entry) => entry.contains(document.activeElement))
    const entry = this.entries[at]
    const key = keyOf(event)
    if (key === "j") this.entries[Math.min(this.entries.length - 1, at + 1)]?.focus()
    else if (key === "k") this.entries[Math.max(0, at - 1)]?.focus()
    else if (key === "Enter" && entry && target === entry) {
      const href = entry.querySelector("a.subject")?.getAttribute("href")
      if (href) navigate(href)
    } else if (key === "u" && entry) {
      const restore = entry.querySelector("button.restore")
      if (restore instanceof HTMLElement) restore.click()
    } else return
    event.preventDefault()
  }
}

export default mounting("cd-history", History)

/** @returns {import("../shared/helpsheet.js").KeyGroup[]} */
function keys() {
  return [{
    title: "",
    rows: [
      { keys: ["J", "K"], text: t("Next and previous change") },
      { keys: ["↵"], text: t("Go to what was changed") },
      { keys: ["U"], text: t("Restore what was before the change") },
      { keys: ["?"], text: t("This sheet") },
    ],
  }]
}

/** What a field goes back to. @param {FieldChange} change */
function before({ field: name, parts, listed }) {
  const old = parts.filter((part) => part.change !== "added").map((part) => part.text)
  return t("{field}: {value}", { field: name, value: (listed ? allOf(old) : old.join("")) || t("nothing") })
}

/** @param {FieldChange} change */
function field({ field: name, parts, listed, whole }) {
  // Of two long texts the old stands above the new.
  const stacked = whole && parts.length > 1 && parts.some((part) => part.text.length > SHORT)
  if (stacked) return h("div", {}, h("dt", {}, name), h("dd", { class: "stacked" }, parts.map(written)))
  const shown = parts.flatMap((part, n) => [n > 0 && (listed ? " " : whole && " → "), written(part)])
  return h("div", {}, h("dt", {}, name), h("dd", { class: listed ? "listed" : "" }, shown))
}

/** @param {Part} part */
function written({ change, text }) {
  if (change === "same") return h("span", { dir: "auto" }, text)
  const [tag, says] = change === "added" ? [/** @type {"ins"} */ ("ins"), t("added")] : [/** @type {"del"} */ ("del"), t("removed")]
  return h(tag, { dir: "auto" }, h("span", { class: "sr" }, `${says}${t(": ")}`), text)
}
