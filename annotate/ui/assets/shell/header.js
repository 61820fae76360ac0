import { h, takesText } from "../shared/dom.js"
import { setStrings, t } from "../shared/i18n.js"
import { follow } from "./navigate.js"

/**
 * The bar at the top of every page: name, project, pages, the person signed in.
 *
 * @typedef {object} HeaderData
 * @property {{ id: string, name: string }[]} projects
 * @property {string | null} projectId
 * @property {{ path: string, label: string }[]} links
 * @property {string} page The path of the page shown.
 * @property {{ name: string, display_name: string, role: string }} me
 * @property {string} csrf
 * @property {string} lang
 * @property {Record<string, string>} strings
 */

/** What each bar shows, to leave it alone when nothing changed. @type {WeakMap<Element, string>} */
const drawn = new WeakMap()

/**
 * Mounts or updates; called by Streamlit at each of its renders.
 *
 * @param {{ data: HeaderData, parentElement: HTMLElement | ShadowRoot }} component
 */
export default function mount({ data, parentElement }) {
  let root = parentElement.querySelector(".cd-top")
  if (!root) {
    root = h("header", { class: "cd-top" })
    parentElement.append(root)
    hushStreamlit()
  }
  document.documentElement.lang = data.lang
  document.documentElement.style.colorScheme = appColourScheme()
  const now = JSON.stringify(data)
  if (drawn.get(root) === now) return
  drawn.set(root, now)
  setStrings(data.lang, data.strings)
  draw(root, data)
}

/** @param {Element} root @param {HeaderData} data */
function draw(root, data) {
  const project = data.projects.find((item) => item.id === data.projectId)
  root.replaceChildren(
    h("a", { class: "cd-name", href: withProject("articles", data), on: { click: follow } }, "Claimdesk"),
    menu("cd-projects", project?.name ?? t("No project"), t("Project"),
      ...data.projects.map((item) => projectItem(item, data))),
    h("nav", { "aria-label": t("Pages") }, data.links.map((link) => pageLink(link, data))),
    h("div", { class: "cd-right" }, menu("cd-user", data.me.display_name, t("Account"),
      h("div", { class: "cd-who" }, h("b", {}, data.me.display_name),
        h("span", {}, `${data.me.name} · ${t(data.me.role)}`)),
      signOut(data))),
  )
}

/** @param {{ path: string, label: string }} link @param {HeaderData} data */
function pageLink(link, data) {
  const current = link.path === data.page && "page"
  const href = withProject(link.path, data)
  return h("a", { href, on: { click: follow }, "aria-current": current }, link.label)
}

/** @param {{ id: string, name: string }} item @param {HeaderData} data */
function projectItem(item, data) {
  const current = item.id === data.projectId && "true"
  const href = withProject(data.page, { ...data, projectId: item.id })
  return h("a", { href, on: { click: follow }, role: "menuitem", "aria-current": current }, item.name)
}

/** @param {HeaderData} data */
function signOut(data) {
  return h("form", { method: "post", action: "/signout" },
    h("input", { type: "hidden", name: "csrf", value: data.csrf }),
    h("button", { type: "submit", role: "menuitem" }, t("Sign out")))
}

/**
 * A button with a panel of choices under it. The browser's own popover closes it on Escape and
 * on a click elsewhere, and no scrolling parent clips it.
 *
 * @param {string} id
 * @param {string} text
 * @param {string} label
 * @param {...Node} items
 */
function menu(id, text, label, ...items) {
  const panel = h("div", { id, popover: "auto", role: "menu", class: "cd-menu" }, items)
  const button = h("button",
    { type: "button", class: "cd-menu-button", "aria-label": `${label}: ${text}`, "aria-haspopup": "menu" },
    h("span", {}, text))
  button.popoverTargetElement = panel
  panel.addEventListener("beforetoggle", () => {
    const box = button.getBoundingClientRect()
    const atRight = box.left > innerWidth / 2
    panel.style.top = `${box.bottom + 4}px`
    panel.style.right = atRight ? `${innerWidth - box.right}px` : "auto"
    panel.style.left = atRight ? "auto" : `${box.left}px`
  })
  panel.addEventListener("click", (event) => {
    if (event.target instanceof HTMLAnchorElement) panel.hidePopover()
  })
  return h("span", {}, button, panel)
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

/** Streamlit reruns the app on `r` and clears its cache on `c`; nobody here means that. */
function hushStreamlit() {
  if (document.documentElement.dataset.cdHushed) return
  document.documentElement.dataset.cdHushed = "1"
  addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey
    if (plain && ["r", "c"].includes(event.key.toLowerCase()) && !takesText(event.composedPath()[0] ?? null)) {
      event.stopImmediatePropagation()
    }
  }, { capture: true })
}
