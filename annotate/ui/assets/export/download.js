import { copyButton } from "../shared/copying.js"
import { h } from "../shared/dom.js"
import { lang, t, tn } from "../shared/i18n.js"

/**
 * A finished export: what is in it, and the link to its file, which is followed once by itself.
 *
 * @typedef {object} DownloadData
 * @property {string} href
 * @property {string} name
 * @property {number} bytes
 * @property {number} articles
 * @property {number} labelSets
 * @property {number} spans
 * @property {number} statements
 * @property {number} withheld Label sets that the reader may not see yet.
 * @property {string[]} notes What to know of its rows.
 * @property {string} sha256
 * @property {string} lang
 */

/** What has been fetched already: a redraw must not fetch it again. @type {Set<string>} */
const fetched = new Set()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: DownloadData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  const link = h("a", { class: "btn", href: data.href, download: data.name }, t("Download again"))
  const root = h("div", { class: "cd cd-done", role: "status" },
    h("b", {}, data.name, h("span", { class: "muted" }, ` · ${size(data.bytes)}`)),
    h("div", { class: "muted" }, contents(data)),
    data.withheld > 0 && h("div", { class: "held" },
      tn("{n} label set is left out: you may not see it yet.", "{n} label sets are left out: you may not see them yet.", data.withheld)),
    ...data.notes.map((note) => h("div", { class: "muted" }, note)),
    h("div", { class: "tiny hash" }, t("SHA-256"), " ", copyButton(data.sha256, data.sha256)),
    link)
  parentElement.querySelector(".cd-done")?.remove()
  parentElement.append(root)
  if (!fetched.has(data.href)) {
    fetched.add(data.href)
    link.click()
  }
}

/** @param {DownloadData} data */
function contents(data) {
  return [
    tn("{n} article", "{n} articles", data.articles),
    tn("{n} label set", "{n} label sets", data.labelSets),
    tn("{n} span", "{n} spans", data.spans),
    tn("{n} statement", "{n} statements", data.statements),
  ].join(" · ")
}

/** @param {number} bytes */
function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"]
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const unit = units[step]
  return new Intl.NumberFormat(lang(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 })
    .format(bytes / 1000 ** step)
}
