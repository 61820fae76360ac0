import { h } from "../shared/dom.js"
import { t, told } from "../shared/i18n.js"
import { mounting } from "../shared/mounted.js"
import { fileSize } from "../ingest/filesize.js"
import { spelledOut } from "../ingest/revealed.js"

/**
 * Choosing a CSV table and sending it at once; what the server keeps it as is told to the page.
 *
 * @typedef {object} TableFileData
 * @property {string} csrf
 * @property {string} project
 * @property {string} address
 * @property {number} fileBytes How large it may be.
 *
 * @typedef {object} Component
 * @property {TableFileData} data
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 */

class TableFile {
  /** @param {HTMLElement} root @param {Component} component */
  constructor(root, component) {
    this.root = root
    this.component = component
    this.input = h("input", { type: "file", accept: ".csv,text/csv", class: "sr", id: "cd-table-file", on: { change: () => this.choose(this.input.files) } })
    this.told = h("div", { class: "told", role: "status" })
    const zone = h("label", { class: "zone", for: "cd-table-file" },
      h("b", {}, t("Choose a file")), h("span", { class: "muted" }, t("or drop it here: a CSV table in UTF-8, at most {size}", { size: fileSize(component.data.fileBytes) })))
    for (const [name, over] of /** @type {const} */ ([["dragover", true], ["dragleave", false], ["drop", false]])) {
      zone.addEventListener(name, (event) => {
        event.preventDefault()
        zone.classList.toggle("over", over)
        if (name === "drop" && event instanceof DragEvent) this.choose(event.dataTransfer?.files ?? null)
      })
    }
    root.append(this.input, zone, this.told)
  }

  /** @param {Component} component */
  update(component) {
    this.component = component
  }

  /** @param {FileList | null} chosen */
  async choose(chosen) {
    const file = chosen?.[0]
    if (!file || this.input.disabled) return
    const name = spelledOut(file.name)
    this.input.value = ""
    this.component.setStateValue("table", null)
    if (file.size > this.component.data.fileBytes) {
      this.say(t("{name} is too large: at most {size}", { name, size: fileSize(this.component.data.fileBytes) }), true)
      return
    }
    this.input.disabled = true
    this.say(t("Uploading {name}…", { name }))
    try {
      const table = await this.send(file)
      this.say(`${name}, ${fileSize(file.size)}`)
      this.component.setStateValue("table", table)
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error), true)
    } finally {
      this.input.disabled = false
    }
  }

  /** @param {File} file @returns {Promise<string>} */
  async send(file) {
    const { address, project, csrf } = this.component.data
    const headers = { "x-csrf-token": csrf, "content-type": "text/csv" }
    let answer
    try {
      answer = await fetch(`${address}?${new URLSearchParams({ project })}`, { method: "POST", headers, body: file })
    } catch {
      throw new Error(t("The upload was interrupted: the server does not answer."))
    }
    const body = await answer.json().catch(() => null)
    if (answer.ok && body) return body.table
    throw new Error(body?.error ? told(body.error) : t("The server does not answer."))
  }

  /** @param {string} text @param {boolean} [bad] */
  say(text, bad = false) {
    this.told.textContent = text
    this.told.classList.toggle("bad", bad)
  }
}

export default mounting("cd-upload", TableFile)
