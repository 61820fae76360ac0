/** @import {Component, MountData} from "./types.js" */
import { ApiError } from "./api.js"
import { button, h } from "../shared/dom.js"
import { t, told } from "../shared/i18n.js"
import { outbox } from "./outbox.js"

/**
 * What stands in a frame once it is loaded.
 *
 * @typedef {object} Framed
 * @property {{csrf: string}} api
 * @property {(search: string) => void} lead Brings what an address names into view.
 * @property {() => void} [resized]
 *
 * @typedef {object} Kind What a frame shows.
 * @property {(data: MountData) => string} key Names what is asked for.
 * @property {(data: MountData, current: () => boolean) => Promise<Framed | null>} open
 *   Builds the page into the frame's root; null where something else has been asked for meanwhile.
 * @property {(page: any, event: KeyboardEvent) => void} onKey
 */

/** A component's place in the page: whatever article stands in it. */
export class Frame {
  /**
   * @param {HTMLElement} root
   * @param {Kind} kind
   */
  constructor(root, kind) {
    this.root = root
    this.kind = kind
    /** What was asked for last, and in which language. */
    this.wanted = ""
    /** The address whose statement or span was brought into view last. */
    this.led = ""
    /** @type {Framed | null} */
    this.page = null
    root.addEventListener("keydown", (event) => this.page && kind.onKey(this.page, event))
    this.listen(document, "keydown", (event) => {
      // Where the focus is nowhere, or with what stands around it after a click on empty space, keys
      // mean the open article.
      const around = event.target instanceof Element && event.target !== this.root && event.target.contains(this.root)
      if (around && this.page) kind.onKey(this.page, /** @type {KeyboardEvent} */ (event))
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
    this.listen(window, "resize", () => this.page?.resized?.())
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
    const wanted = `${this.kind.key(data)}/${data.lang ?? ""}`
    if (this.page) this.page.api.csrf = data.csrf
    // Whoever renders has just heard from the server.
    outbox.wake()
    if (wanted === this.wanted) return this.lead()
    this.wanted = wanted
    this.led = ""
    this.page = null
    void this.load(data)
  }

  /** Follows an address that names a statement or a span, once. */
  lead() {
    if (!this.page || this.led === location.search) return
    this.led = location.search
    this.page.lead(location.search)
  }

  /** @param {MountData} data */
  async load(data) {
    const { wanted } = this
    const current = () => this.wanted === wanted
    this.message(t("Loading…"))
    try {
      performance.mark("claimdesk:open")
      const page = await this.kind.open(data, current)
      if (!page) return
      this.page = page
      this.lead()
      performance.measure("claimdesk:opened", "claimdesk:open")
    } catch (error) {
      if (current()) this.fail(/** @type {Error} */ (error), data)
    }
  }

  /**
   * @param {Error} error
   * @param {MountData} data
   */
  fail(error, data) {
    const hint = error instanceof ApiError ? error.hint : ""
    this.message(told({ message: error.message, hint }), button("btn", () => void this.load(data), {}, t("Try again")))
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
 * What Streamlit calls at every render: builds a frame once, then only follows a change of article.
 *
 * @param {string} name Of the page, of its class and of its style sheet.
 * @param {Omit<Kind, "open"> & {open: (root: HTMLElement, data: MountData, current: () => boolean) => Promise<Framed | null>}} kind
 * @returns {(component: Component) => void}
 */
export function framing(name, { open, ...kind }) {
  /** @type {WeakMap<HTMLElement, Frame>} */
  const frames = new WeakMap()
  return ({ data, parentElement }) => {
    let root = /** @type {HTMLElement | null} */ (parentElement.querySelector(`.cd-${name}`))
    let frame = root ? frames.get(root) : undefined
    if (!root || !frame) {
      root?.remove()
      const made = h("div", { class: `cd cd-work cd-${name}`, data: { testid: name } })
      root = made
      frame = new Frame(made, { ...kind, open: (wanted, current) => open(made, wanted, current) })
      frames.set(root, frame)
      addStyles(parentElement, [`${name}/${name}.css`])
      parentElement.append(root)
    }
    frame.update(data)
  }
}

/**
 * Adds style sheets to where the component stands, once.
 *
 * @param {HTMLElement | ShadowRoot} parent
 * @param {readonly string[]} names Below the folder of assets.
 */
function addStyles(parent, names) {
  const home = parent.getRootNode() instanceof ShadowRoot ? parent : document.head
  for (const name of ["tokens.css", "shared/work.css", ...names]) {
    const { href } = new URL(`../${name}`, import.meta.url)
    const links = /** @type {NodeListOf<HTMLLinkElement>} */ (home.querySelectorAll("link[rel=stylesheet]"))
    if (![...links].some((link) => link.href === href)) home.append(h("link", { rel: "stylesheet", href }))
  }
}
