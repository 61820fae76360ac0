import { h } from "../shared/dom.js"
import { openHelp } from "../shared/helpsheet.js"
import { t } from "../shared/i18n.js"
import { watchPunctuation } from "../shared/punctuation.js"
import { listenForKeys } from "./keys.js"
import { menuButton } from "./menu.js"
import { follow } from "./navigate.js"
import { translateWidgets } from "./widgets.js"
import { beginDialogs } from "./dialogs.js"
import { openScrollers } from "./scrollers.js"
import { sendAsking, watchTyping } from "./typed.js"

/**
 * The bar at the top of every page: name, project, pages, language, the person signed in.
 *
 * @typedef {"work" | "registries" | "project"} Group
 * @typedef {{ path: string, label: string, group: Group }} Link
 *
 * @typedef {object} HeaderData
 * @property {{ id: string, name: string }[]} projects
 * @property {string | null} projectId
 * @property {Link[]} links
 * @property {string | null} account The path of the page of one's own account.
 * @property {string} page The path of the page shown.
 * @property {string} within The path of the page that leads there, if it has no link itself.
 * @property {number} unseen Notices in the inbox that have not been seen.
 * @property {{ name: string, display_name: string, role: string }} me Whose role is in words.
 * @property {{ tag: string, name: string }[]} languages
 * @property {string} csrf
 * @property {string} lang
 */

/** What each bar shows, to leave it alone when nothing changed. @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: HeaderData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  const root = /** @type {HTMLElement | null} */ (parentElement.querySelector(".cd-top")) ?? make(parentElement)
  document.documentElement.lang = data.lang
  translateWidgets()
  watchPunctuation()
  // Said by page.css where the connection is lost.
  const offline = t("No connection to the server: what is on this page waits")
  document.documentElement.style.setProperty("--cd-offline", JSON.stringify(offline))
  document.documentElement.style.colorScheme = appColourScheme()
  const now = JSON.stringify(data)
  if (drawn.get(root) === now) return
  drawn.set(root, now)
  draw(root, data)
  fold(root)
  // An address without a project means the one used last (see shell.py).
  if (data.projectId) {
    const secure = location.protocol === "https:" ? "; secure" : ""
    document.cookie = `claimdesk_project=${encodeURIComponent(data.projectId)}; path=/; max-age=31536000; samesite=lax${secure}`
  }
}

/** @param {HTMLElement | ShadowRoot} parent */
function make(parent) {
  const root = h("header", { class: "cd-top" })
  parent.append(root)
  new ResizeObserver(() => fold(root)).observe(root)
  listenForKeys()
  openScrollers()
  beginDialogs()
  watchTyping()
  return root
}

/** @param {HTMLElement} root @param {HeaderData} data */
function draw(root, data) {
  // Somebody quick has opened a menu before the page that they went to is there.
  const open = root.querySelector(".cd-menu:popover-open")?.id
  root.replaceChildren(
    h("a", { class: "cd-name", href: withProject("articles", data), on: { click: follow } }, "Claimdesk"),
    projectMenu(data),
    h("nav", { "aria-label": t("Pages") },
      data.links.filter((link) => link.group === "work").map((link) => pageLink(link, data)),
      groupMenu("registries", t("Registries"), data), groupMenu("project", t("Project"), data),
      allMenu(data)),
    h("div", { class: "cd-right" }, languageMenu(data), accountMenu(data)),
  )
  if (open) document.getElementById(open)?.showPopover()
}

/**
 * The pages of a group in a menu of its name; a single page is a link in its place.
 *
 * @param {Group} group @param {string} text @param {HeaderData} data
 */
function groupMenu(group, text, data) {
  const links = data.links.filter((link) => link.group === group)
  const [only] = links
  if (only && links.length === 1) return pageLink(only, data)
  return links.length > 0 && pagesMenu(`cd-group-${group}`, text, links, data)
}

/** All pages in one menu, where the window is too narrow for the bar. @param {HeaderData} data */
function allMenu(data) {
  const menu = pagesMenu("cd-pages", t("Pages"), data.links, data)
  menu.classList.add("cd-all")
  return menu
}

/** @param {string} id @param {string} text @param {Link[]} links @param {HeaderData} data */
function pagesMenu(id, text, links, data) {
  const items = links.map((link, n) => {
    const item = menuLink(link.label, withProject(link.path, data), isHere(link, data))
    const before = links[n - 1]
    if (before && before.group !== link.group) item.classList.add("cd-apart")
    if (link.path === "inbox") item.append(unseenCount(data))
    return item
  })
  const menu = menuButton({ id, text, label: text, items })
  const within = links.some((link) => isHere(link, data))
  menu.querySelector("button")?.classList.toggle("on", within)
  return menu
}

/**
 * Puts all pages into one menu where they do not fit side by side.
 *
 * @param {HTMLElement} root
 */
function fold(root) {
  root.classList.remove("cd-narrow")
  const nav = root.querySelector("nav")
  root.classList.toggle("cd-narrow", Boolean(nav && nav.scrollWidth > nav.clientWidth))
}

/** Whether a link leads to the page shown, or to the one that it is a part of. @param {Link} link @param {HeaderData} data */
function isHere(link, data) {
  return link.path === data.page || link.path === data.within
}

/** @param {Link} link @param {HeaderData} data */
function pageLink(link, data) {
  const current = isHere(link, data) && (link.path === data.page ? "page" : "true")
  const href = withProject(link.path, data)
  return h("a", { href, on: { click: follow }, "aria-current": current }, link.label,
    link.path === "inbox" && unseenCount(data))
}

/** @param {HeaderData} data */
function unseenCount(data) {
  return h("span", { class: "cd-count", title: t("Not seen"), hidden: data.unseen === 0 }, data.unseen || "")
}

/** @param {HeaderData} data */
function projectMenu(data) {
  const project = data.projects.find((item) => item.id === data.projectId)
  const items = data.projects.map((item) =>
    menuLink(item.name, withProject(data.page, { ...data, projectId: item.id }), item.id === data.projectId))
  if (data.links.some((link) => link.path === "projects")) {
    const all = menuLink(t("All projects…"), withProject("projects", data), false)
    all.classList.add("cd-apart")
    items.push(all)
  }
  return menuButton({ id: "cd-projects", text: project?.name ?? t("No project"), label: t("Project"), items })
}

/** @param {HeaderData} data */
function languageMenu(data) {
  const own = data.languages.find((language) => language.tag === data.lang)
  const items = data.languages.map((language) => {
    const next = h("input", { type: "hidden", name: "next" })
    const form = post("/language", data, next, h("input", { type: "hidden", name: "language", value: language.tag }),
      h("button", { type: "submit", role: "menuitem", lang: language.tag, "aria-current": language.tag === data.lang && "true" }, language.name))
    form.addEventListener("submit", () => (next.value = location.pathname + location.search))
    sendAsking(form, t("Change the language?"))
    return form
  })
  return menuButton({ id: "cd-languages", text: own?.name ?? data.lang, label: t("Language"), items })
}

/** @param {HeaderData} data */
function accountMenu(data) {
  const keys = h("button", { type: "button", role: "menuitem", class: "cd-keys" }, t("Keys"), h("kbd", {}, "?"))
  // The menu gives the focus back as it closes; the sheet takes it after that.
  keys.addEventListener("click", () => setTimeout(openHelp))
  const signOut = post("/signout", data, h("button", { type: "submit", role: "menuitem" }, t("Sign out")))
  sendAsking(signOut, t("Sign out?"))
  const account = data.account ? [menuLink(t("Your account"), withProject(data.account, data), data.page === data.account)] : []
  const { me } = data
  const who = h("div", { class: "cd-who" }, h("b", { dir: "auto" }, me.display_name),
    h("span", {}, `${me.name} · ${me.role}`))
  return menuButton({ id: "cd-user", text: me.display_name, label: t("Account"), items: [...account, keys, signOut], before: who })
}

/** @param {string} text @param {string} href @param {boolean} current */
function menuLink(text, href, current) {
  return h("a", { href, on: { click: follow }, role: "menuitem", "aria-current": current && "true", dir: "auto" }, text)
}

/** @param {string} action @param {HeaderData} data @param {...Node} parts */
function post(action, data, ...parts) {
  return h("form", { method: "post", action, role: "none" },
    h("input", { type: "hidden", name: "csrf", value: data.csrf }), parts)
}

/** @param {string} path @param {HeaderData} data */
function withProject(path, data) {
  return data.projectId ? `/${path}?project=${encodeURIComponent(data.projectId)}` : `/${path}`
}

/** Streamlit's menus live outside its app element and follow the document's scheme. */
function appColourScheme() {
  const app = document.querySelector(".stApp")
  return app ? getComputedStyle(app).colorScheme : ""
}
