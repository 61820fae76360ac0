import { h } from "../shared/dom.js"
import { dropZone } from "../shared/dropzone.js"
import { number, t, tn } from "../shared/i18n.js"
import { mounting } from "../shared/mounted.js"
import { fileSize } from "./filesize.js"
import { spelledOut } from "./revealed.js"
import { Sending } from "./sending.js"

/**
 * Choosing files and sending them, with their progress. It goes on while the page is drawn anew
 * or another one is open; only closing the window ends it.
 *
 * @typedef {object} UploadData
 * @property {string} csrf
 * @property {string} project
 * @property {string} projectName
 * @property {string} address
 * @property {number} fileBytes How large a file may be.
 * @property {number} mostFiles How many at once.
 *
 * @typedef {object} Component
 * @property {UploadData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** What is being sent, whatever page is open. @type {Sending | null} */
let sending = null

class Upload {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    /** @type {File[]} */
    this.files = []
    this.problem = ""
    const { input, zone } = dropZone({ id: "cd-upload-files", multiple: true, onFiles: (files) => this.choose(files) },
      h("b", {}, t("Choose files")), h("span", { class: "muted" }, t("or drop them here: items (.md, .txt), or archives of them (.zip, .tar, .tar.gz, .tar.bz2, .tar.xz)")),
      h("span", { class: "muted form" }, t("An item is a text file: a first line [title](url), a line of dashes, then the page's HTML.")))
    this.input = input
    this.zone = zone
    this.list = h("ul", { class: "files", "aria-label": t("Chosen files") })
    this.bar = h("progress", { max: "1", value: "0", "aria-label": t("Upload") })
    this.told = h("div", { class: "told", role: "status" })
    this.start = h("button", { type: "button", class: "btn primary", on: { click: () => this.send() } }, t("Upload and take in"))
    this.stop = h("button", { type: "button", class: "btn", on: { click: () => this.clear() } })
    this.actions = h("div", { class: "actions" }, this.start, this.stop)
    this.build()
    this.follow()
  }

  build() {
    this.root.append(this.input, this.zone, this.list, this.bar, this.told, this.actions)
    this.draw()
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
    this.draw()
  }

  /** A sending that began before this was drawn is shown here too. */
  follow() {
    if (!sending) return
    this.files = sending.files
    sending.listen(() => this.draw(), (run) => this.arrived(run), (problem) => this.failed(problem))
    this.draw()
  }

  /** @param {FileList | null} chosen */
  choose(chosen) {
    if (sending || !chosen || chosen.length === 0) return
    const { fileBytes, mostFiles } = this.component.data
    const files = [...this.files, ...chosen]
    const large = files.find((file) => file.size > fileBytes)
    this.problem = large
      ? t("{name} is too large: at most {size}", { name: spelledOut(large.name), size: fileSize(fileBytes) })
      : files.length > mostFiles ? t("More than {n} files: pack them into an archive", { n: number(mostFiles) }) : ""
    if (!this.problem) this.files = files
    this.input.value = ""
    this.draw()
    if (!this.problem) this.start.focus()
  }

  send() {
    if (sending || this.files.length === 0) return
    this.problem = ""
    sending = new Sending(this.files, this.component.data)
    this.follow()
    sending.begin()
  }

  /** @param {File} file */
  remove(file) {
    if (sending) return
    const at = this.files.indexOf(file)
    this.files = this.files.filter((one) => one !== file)
    this.problem = ""
    this.draw()
    const next = this.list.children[Math.min(at, this.files.length - 1)]
    ;(next?.querySelector("button") ?? this.input).focus()
  }

  /** Empties the list; while files are being sent, ends that. */
  clear() {
    if (sending) sending.abort()
    sending = null
    this.files = []
    this.problem = ""
    this.draw()
    this.input.focus()
  }

  /** @param {string} run */
  arrived(run) {
    sending = null
    this.files = []
    this.draw()
    if (this.root.isConnected) this.component.setTriggerValue("started", run)
  }

  /** @param {string} problem */
  failed(problem) {
    sending = null
    this.problem = problem
    this.draw()
  }

  draw() {
    const going = sending !== null
    const some = this.files.length > 0
    const total = this.files.reduce((sum, file) => sum + file.size, 0)
    if (this.list.childElementCount !== this.files.length || !some) {
      this.list.replaceChildren(...this.files.map((file) => h("li", {},
        h("span", { class: "name", dir: "auto" }, spelledOut(file.name)), h("span", { class: "tiny" }, fileSize(file.size)),
        h("button", { type: "button", class: "out", "aria-label": t("Remove {name}", { name: spelledOut(file.name) }), on: { click: () => this.remove(file) } }, "×"))))
    }
    ;[...this.list.children].forEach((line, n) => line.classList.toggle("here", going && n < (sending?.arrived ?? 0)))
    this.list.hidden = !some
    this.bar.hidden = !going
    this.actions.hidden = !some
    this.input.disabled = going
    this.start.hidden = going
    this.stop.textContent = going ? t("Cancel") : t("Clear")
    this.root.classList.toggle("going", going)
    if (sending) this.bar.value = total > 0 ? sending.sent / total : 1
    this.told.classList.toggle("bad", this.problem !== "")
    this.told.textContent = this.problem || (sending
      ? t("{sent} of {total} uploaded", { sent: fileSize(sending.sent), total: fileSize(total) })
      : some ? t("{files}, {size}, for {project}", {
          files: tn("{n} file", "{n} files", this.files.length), size: fileSize(total), project: this.component.data.projectName,
        }) : "")
  }
}

export default mounting("cd-upload", Upload)
