import { t, told } from "../shared/i18n.js"

/** Files on their way to the server, one after another. */
export class Sending {
  /**
   * @param {File[]} files
   * @param {{ csrf: string, project: string, address: string }} to
   */
  constructor(files, to) {
    this.files = files
    this.to = to
    /** Bytes that have been sent. */
    this.sent = 0
    /** How many files have arrived. */
    this.arrived = 0
    this.id = ""
    this.ended = false
    /** @type {XMLHttpRequest | null} */
    this.request = null
    /** @type {() => void} */
    this.changed = () => {}
    /** @type {(run: string) => void} */
    this.done = () => {}
    /** @type {(problem: string) => void} */
    this.failed = () => {}
    this.guard = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault()
  }

  /**
   * @param {() => void} changed
   * @param {(run: string) => void} done
   * @param {(problem: string) => void} failed
   */
  listen(changed, done, failed) {
    this.changed = changed
    this.done = done
    this.failed = failed
  }

  async begin() {
    addEventListener("beforeunload", this.guard)
    try {
      const { address, project } = this.to
      this.id = (await this.post(`${address}?${new URLSearchParams({ project })}`, null)).id
      for (const file of this.files) {
        const before = this.sent
        const query = new URLSearchParams({ name: file.name })
        await this.post(`${address}/${this.id}/files?${query}`, file, (bytes) => (this.sent = before + Math.min(bytes, file.size)))
        this.sent = before + file.size
        this.arrived += 1
        this.changed()
      }
      await this.post(`${address}/${this.id}/start`, null)
      this.end()
      this.done(this.id)
    } catch (error) {
      if (this.ended) return
      this.end()
      this.forget()
      this.failed(error instanceof Error ? error.message : String(error))
    }
  }

  abort() {
    this.end()
    this.request?.abort()
    this.forget()
  }

  end() {
    this.ended = true
    removeEventListener("beforeunload", this.guard)
  }

  /** What has arrived is of no use any more; if nobody hears this, the server finds out itself. */
  forget() {
    const { address, csrf } = this.to
    if (this.id) fetch(`${address}/${this.id}/drop`, { method: "POST", headers: { "x-csrf-token": csrf } }).catch(() => {})
  }

  /**
   * @param {string} address
   * @param {File | null} body
   * @param {(bytes: number) => void} [progress]
   * @returns {Promise<any>}
   */
  post(address, body, progress) {
    const { promise, resolve, reject } = deferred()
    // Unlike fetch(), it says how much has been sent.
    const request = (this.request = new XMLHttpRequest())
    request.open("POST", address)
    request.setRequestHeader("x-csrf-token", this.to.csrf)
    if (body) request.setRequestHeader("content-type", "application/octet-stream")
    request.responseType = "json"
    request.upload.onprogress = (event) => {
      progress?.(event.loaded)
      this.changed()
    }
    request.onload = () => {
      if (request.status === 200 && request.response) resolve(request.response)
      else reject(new Error(request.response?.error ? told(request.response.error) : t("The server does not answer.")))
    }
    request.onerror = () => reject(new Error(t("The upload was interrupted: the server does not answer.")))
    request.onabort = () => reject(new Error(""))
    request.send(body)
    return promise
  }
}

function deferred() {
  /** @type {(value: any) => void} */
  let resolve = () => {}
  /** @type {(reason: Error) => void} */
  let reject = () => {}
  const promise = new Promise((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
