/** @import {Component, MountData} from "./types.js" */
/** @import {Entry} from "./queue.js" */
import { Api, ApiError } from "./api.js"
import { button, h } from "../shared/dom.js"
import { setStrings, t } from "../shared/i18n.js"
import { handleKey } from "./keyboard.js"
import { Keep, otherPlaces } from "./keep.js"
import { TagPage } from "./page.js"
import { OperationQueue } from "./queue.js"

/** Pages by project and article; one that has been left goes on sending until all is saved. */
/** @type {Map<string, TagPage>} */
const pages = new Map()

/** @type {WeakMap<HTMLElement, Frame>} */
const frames = new WeakMap()

/**
 * Called by Streamlit at every render: builds once, then only follows a change of article.
 *
 * @param {Component} component
 */
export default function mount({ data, parentElement }) {
  setStrings(data.lang, data.strings)
  let root = /** @type {HTMLElement | null} */ (parentElement.querySelector(".cd-tag"))
  let frame = root ? frames.get(root) : undefined
  if (!root || !frame) {
    root?.remove()
    root = h("div", { class: "cd cd-tag", data: { testid: "tag" } })
    frame = new Frame(root)
    frames.set(root, frame)
    addStyles(parentElement)
    parentElement.append(root)
  }
  frame.update(data)
}

/** The component's place in the page: whatever article stands in it. */
class Frame {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    /** Project, article and language that were asked for last. */
    this.wanted = ""
    /** @type {TagPage | null} */
    this.page = null
    root.addEventListener("keydown", (event) => this.page && handleKey(this.page, event))
    this.listen(document, "keydown", (event) => {
      // With nothing focused, keys mean the open article.
      const free = event.target === document.body || event.target === document.documentElement
      if (free && this.page) handleKey(this.page, /** @type {KeyboardEvent} */ (event))
    })
    const wake = () => this.page && this.page.session.queue.status.state !== "saving" && this.page.session.queue.wake()
    this.listen(window, "online", wake)
    this.listen(window, "focus", wake)
    this.listen(document, "visibilitychange", () => document.visibilityState === "visible" && wake())
    this.listen(window, "beforeunload", (event) => {
      const unsafe = [...pages.values()].some((page) => !page.keep.working && page.session.queue.entries.length > 0)
      if (unsafe) event.preventDefault()
    })
    this.listen(window, "resize", () => this.page?.cursor.show())
  }

  /**
   * Listens for as long as the component is in the document.
   *
   * @param {EventTarget} target
   * @param {string} name
   * @param {(event: Event) => void} listener
   */
  listen(target, name, listener) {
    let placed = false
    const once = (/** @type {Event} */ event) => {
      placed ||= this.root.isConnected
      if (placed && !this.root.isConnected) target.removeEventListener(name, once)
      else listener(event)
    }
    target.addEventListener(name, once)
  }

  /** @param {MountData} data */
  update(data) {
    const key = `${data.projectId}/${data.articleId}`
    const wanted = `${key}/${data.lang ?? ""}`
    if (this.page) this.page.api.csrf = data.csrf
    if (wanted === this.wanted) return
    this.wanted = wanted
    this.page = null
    void this.load(key, data)
  }

  /**
   * @param {string} key
   * @param {MountData} data
   */
  async load(key, data) {
    const { wanted } = this
    this.message(t("Loading…"))
    const api = new Api(data.projectId, data.csrf)
    try {
      performance.mark("claimdesk:open")
      const boot = await api.boot(data.articleId)
      const place = { me: boot.me.id, project: boot.project.id, article: boot.article.id }
      const keep = new Keep(place)
      if (this.wanted !== wanted) return
      const left = await keep.adopt(takeOver(key))
      if (this.wanted !== wanted) return deliver(api, place, keep, left)
      this.page = new TagPage(this.root, boot, data, api, keep, left)
      forgetFinished()
      pages.set(key, this.page)
      this.page.focusText()
      performance.measure("claimdesk:opened", "claimdesk:open")
      void deliverRest(api, boot.me.id, data)
    } catch (error) {
      if (this.wanted === wanted) this.fail(/** @type {Error} */ (error), key, data)
    }
  }

  /**
   * @param {Error} error
   * @param {string} key
   * @param {MountData} data
   */
  fail(error, key, data) {
    const hint = error instanceof ApiError ? error.hint : ""
    this.message([error.message, hint].filter(Boolean).join(". "), button("btn", () => void this.load(key, data), {}, t("Try again")))
  }

  /**
   * @param {string} text
   * @param {...Node} actions
   */
  message(text, ...actions) {
    this.root.replaceChildren(h("div", { class: "message", role: "status" }, h("p", {}, text), actions))
  }
}

/**
 * Operations of an earlier visit to the same article in this page that are still on their way.
 *
 * @param {string} key
 * @returns {Entry[]}
 */
function takeOver(key) {
  return pages.get(key)?.session.queue.stop() ?? []
}

/** A page that has been left is kept only while it has something to send. */
function forgetFinished() {
  for (const [key, page] of pages) if (page.session.queue.entries.length === 0) pages.delete(key)
}

/**
 * Sends what dead pages left behind of other articles.
 *
 * @param {Api} api
 * @param {string} me
 * @param {MountData} data
 */
async function deliverRest(api, me, data) {
  for (const place of await otherPlaces(me, data.articleId)) {
    const keep = new Keep(place)
    deliver(new Api(place.project, api.csrf), place, keep, await keep.adopt())
  }
}

/**
 * Sends operations of an article that is not open.
 *
 * @param {Api} api
 * @param {import("./keep.js").Place} place
 * @param {Keep} keep
 * @param {readonly Entry[]} entries
 */
function deliver(api, place, keep, entries) {
  const hooks = {
    send: (/** @type {string} */ client, /** @type {number} */ base, /** @type {import("./types.js").Operation[]} */ ops) =>
      api.send(place.article, client, base, ops),
    save: (/** @type {readonly Entry[]} */ rest) => keep.save(rest),
    renew: () => api.renew(place.me),
    onStatus: () => {},
    onAnswer: () => {},
  }
  void new OperationQueue(hooks, entries).flush()
}

/** @param {HTMLElement | ShadowRoot} parent */
function addStyles(parent) {
  const home = parent.getRootNode() instanceof ShadowRoot ? parent : document.head
  for (const name of ["../tokens.css", "./tag.css"]) {
    const { href } = new URL(name, import.meta.url)
    const links = /** @type {NodeListOf<HTMLLinkElement>} */ (home.querySelectorAll("link[rel=stylesheet]"))
    if (![...links].some((link) => link.href === href)) home.append(h("link", { rel: "stylesheet", href }))
  }
}
