/** @import {Component, MountData} from "./types.js" */
/** @import {Entry} from "./queue.js" */
/** @import {Place} from "./keep.js" */
import { Api, ApiError } from "./api.js"
import { button, h } from "../shared/dom.js"
import { t, told } from "../shared/i18n.js"
import { handleKey } from "./keyboard.js"
import { giveBack } from "./drafts.js"
import { Keep, otherPlaces } from "./keep.js"
import { outbox } from "./outbox.js"
import { TagPage } from "./page.js"
import { OperationQueue } from "./queue.js"

/** @type {WeakMap<HTMLElement, Frame>} */
const frames = new WeakMap()

/**
 * Called by Streamlit at every render: builds once, then only follows a change of article.
 *
 * @param {Component} component
 */
export default function mount({ data, parentElement }) {
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
    /** The address whose statement or span was brought into view last. */
    this.led = ""
    /** @type {TagPage | null} */
    this.page = null
    root.addEventListener("keydown", (event) => this.page && handleKey(this.page, event))
    this.listen(document, "keydown", (event) => {
      // With nothing focused, keys mean the open article.
      const free = event.target === document.body || event.target === document.documentElement
      if (free && this.page) handleKey(this.page, /** @type {KeyboardEvent} */ (event))
    })
    const wake = () => outbox.wake()
    this.listen(window, "online", wake)
    // Streamlit tells the page around it, here the same window, but renders nothing anew.
    this.listen(window, "message", (event) => /** @type {MessageEvent} */ (event).data?.type === "WEBSOCKET_CONNECTED" && wake())
    this.listen(window, "focus", wake)
    this.listen(document, "visibilitychange", () => document.visibilityState === "visible" && wake())
    this.listen(window, "beforeunload", (event) => {
      if (outbox.unsafe) event.preventDefault()
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
    const key = keyOf({ project: data.projectId, article: data.articleId })
    const wanted = `${key}/${data.lang ?? ""}`
    if (this.page) this.page.api.csrf = data.csrf
    // Whoever renders has just heard from the server.
    outbox.wake()
    if (wanted === this.wanted) return this.lead()
    this.wanted = wanted
    this.led = ""
    this.page = null
    void this.load(key, data)
  }

  /** Follows an address that names a statement or a span, once. */
  lead() {
    if (!this.page || this.led === location.search) return
    this.led = location.search
    this.page.lead(location.search)
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
      const left = await keep.adopt(outbox.takeOver(key))
      if (this.wanted !== wanted) return deliver(api, place, keep, left)
      const page = new TagPage(this.root, boot, data, api, keep, left)
      this.page = page
      outbox.onChange = () => page.status.showElsewhere(outbox.elsewhere(page.session.queue))
      outbox.add(key, page.session.queue, keep)
      page.focusText()
      this.lead()
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
    this.message(told({ message: error.message, hint }), button("btn", () => void this.load(key, data), {}, t("Try again")))
  }

  /**
   * @param {string} text
   * @param {...Node} actions
   */
  message(text, ...actions) {
    this.root.replaceChildren(h("div", { class: "message", role: "status" }, h("p", {}, text), actions))
  }
}

/** @param {{project: string, article: string}} place */
function keyOf({ project, article }) {
  return `${project}/${article}`
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
    deliver(new Api(place.project, api.csrf), place, keep, await keep.adopt(outbox.takeOver(keyOf(place))))
  }
}

/**
 * Sends operations of an article that is not open.
 *
 * @param {Api} api
 * @param {Place} place
 * @param {Keep} keep
 * @param {readonly Entry[]} entries
 */
function deliver(api, place, keep, entries) {
  const queue = new OperationQueue(
    {
      send: (client, base, ops) => api.send(place.article, client, base, ops),
      save: (rest) => keep.save(rest),
      renew: () => api.renew(place.me),
      onStatus: () => {},
      onAnswer: (sent, _answer, outcomes) => giveBack(keep, sent, outcomes),
    },
    entries,
  )
  outbox.add(keyOf(place), queue, keep)
  void queue.flush()
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
