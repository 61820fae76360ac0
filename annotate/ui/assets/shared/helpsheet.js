import { h } from "./dom.js"
import { t } from "./i18n.js"

/**
 * The sheet of keys, the same on all pages.
 *
 * @typedef {{ keys: string[], text: string }} KeyRow The keys as they are shown, and what they do.
 * @typedef {{ title: string, rows: KeyRow[] }} KeyGroup
 *
 * @typedef {object} Keys What the keys of a page do.
 * @property {Element} root The page: its keys are in force while it is in the document.
 * @property {() => KeyGroup[]} groups None where its keys do nothing at the moment.
 * @property {() => string} [note] A sentence below the keys.
 * @property {() => void} [onClose]
 */

/** @type {Keys | null} */
let offered = null

/**
 * Says what the keys of the page shown do; the page said last counts.
 *
 * @param {Keys} keys
 */
export function offerKeys(keys) {
  offered = keys
}

/** Opens the sheet; closed, it gives the focus back. */
export function openHelp() {
  if (document.querySelector("dialog[open]")) return
  const page = offered?.root.isConnected ? offered : null
  const own = page?.groups() ?? []
  const groups = own.length > 0 ? own : officeKeys()
  const note = page?.note?.()
  const sheet = h("dialog", { class: "cd cd-help", "aria-label": t("Keys") },
    h("header", {}, h("h2", {}, t("Keys")),
      h("form", { method: "dialog" }, h("button", { class: "btn" }, t("Close"), " ", h("kbd", {}, "Esc")))),
    h("div", { class: "groups", tabindex: "0" }, groups.map(section), note && h("p", {}, note)))
  sheet.classList.toggle("short", groups.length < 2)
  sheet.classList.toggle("long", groups.length > 3)
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close()
  })
  sheet.addEventListener("keydown", (event) => {
    // The sheet has the keyboard while it is open.
    event.stopPropagation()
    if (event.key === "?") sheet.close()
  })
  sheet.addEventListener("close", () => {
    sheet.remove()
    page?.onClose?.()
  })
  document.body.append(sheet)
  sheet.showModal()
}

/** The keys of a page of Streamlit's widgets: those that do something on it now. */
function officeKeys() {
  const rows = [...document.querySelectorAll(".st-key-office .cd-table")]
  const has = (/** @type {string} */ selector) => rows.some((table) => table.querySelector(selector))
  /** @type {(KeyRow | false)[]} */
  const keys = [
    Boolean(firstField()) && { keys: ["/"], text: t("Go to the first field") },
    rows.length > 0 && { keys: ["J", "K"], text: t("Next and previous row") },
    has("tbody .open") && { keys: ["↵"], text: t("Open the row") },
    has("tbody input") && { keys: ["X"], text: t("Select the row") },
    { keys: ["Esc"], text: t("Close what is open") },
    { keys: ["?"], text: t("This sheet") },
  ]
  return [{ title: "", rows: keys.filter((row) => row !== false) }]
}

/** The first field for text of a page of Streamlit's widgets. */
export function firstField() {
  const found = document.querySelectorAll(".st-key-office [data-testid=stTextInput] input, .st-key-office textarea")
  const fields = /** @type {(HTMLInputElement | HTMLTextAreaElement)[]} */ ([...found])
  return fields.find((field) => field.offsetParent !== null && !field.disabled)
}

/** @param {KeyGroup} group */
function section(group) {
  return h("section", {},
    group.title && h("h3", {}, group.title),
    h("dl", {}, group.rows.map((row) => h("div", {},
      h("dt", {}, row.keys.flatMap((key) => [h("kbd", {}, key), " "])),
      h("dd", {}, row.text)))))
}
