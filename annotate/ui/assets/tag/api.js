/** @import {Boot, FoundList, Operation, OpsAnswer, Queue} from "./types.js" */
import { t } from "../shared/i18n.js"

const PATIENCE = 20_000

/** A request that brought no usable answer. `status` is 0 where none came at all. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, message?: string, hint?: string}} [problem]
   * @param {number} [retryAfter] Seconds.
   */
  constructor(status, problem = {}, retryAfter) {
    super(problem.message || t("The server did not answer as expected ({status})", { status }))
    this.status = status
    this.code = problem.code ?? ""
    this.hint = problem.hint ?? ""
    this.retryAfter = retryAfter
  }
}

/** The HTTP API as functions. */
export class Api {
  /**
   * @param {string} projectId
   * @param {string} csrf
   */
  constructor(projectId, csrf) {
    this.projectId = projectId
    this.csrf = csrf
  }

  /**
   * @param {string} articleId
   * @returns {Promise<Boot>}
   */
  boot(articleId) {
    return this.get(`/api/tag/${encodeURIComponent(articleId)}`, {})
  }

  /**
   * @param {string} articleId
   * @param {string} client
   * @param {number} base
   * @param {Operation[]} ops
   * @returns {Promise<OpsAnswer>}
   */
  send(articleId, client, base, ops) {
    return this.post(`/api/tag/${encodeURIComponent(articleId)}/ops`, { client, base_revision: base, ops })
  }

  /**
   * @param {"actors" | "claims"} registry
   * @param {string} query
   * @param {AbortSignal} signal
   * @returns {Promise<FoundList>}
   */
  search(registry, query, signal) {
    return this.get(`/api/registry/${registry}`, { q: query, limit: "8" }, signal)
  }

  /**
   * @param {string} articleId
   * @returns {Promise<{threads: import("../shared/threads.js").Thread[]}>}
   */
  threads(articleId) {
    return this.get("/api/threads", { article: articleId })
  }

  /**
   * @param {Record<string, unknown>} change
   * @returns {Promise<{threads: import("../shared/threads.js").Thread[]}>}
   */
  discuss(change) {
    return this.post("/api/threads", change)
  }

  /** @returns {Promise<Queue>} */
  queue() {
    return this.get("/api/queue", {})
  }

  /**
   * Whether this person is signed in; takes the session's new token.
   *
   * @param {string} personId
   */
  async renew(personId) {
    const session = await this.get("/api/session", {})
    if (session.me?.id !== personId) return false
    this.csrf = session.csrf
    return true
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} query
   * @param {AbortSignal} [signal]
   */
  get(path, query, signal) {
    return request(this.url(path, query), signal ? { signal } : {})
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {Record<string, string>} [query]
   */
  post(path, body, query = {}) {
    return request(this.url(path, query), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.csrf },
      body: JSON.stringify(body),
    })
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} query
   */
  url(path, query) {
    return `${path}?${new URLSearchParams({ ...query, project: this.projectId })}`
  }
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<any>}
 */
async function request(url, options) {
  const signal = options.signal ?? AbortSignal.timeout(PATIENCE)
  /** @type {Response} */
  let response
  try {
    response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options, signal })
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new ApiError(0, { message: t("No connection to the server") })
  }
  /** @type {any} */
  let body = null
  try {
    body = await response.json()
  } catch {
    // A proxy's error page, or a connection cut in the middle.
    if (response.ok) throw new ApiError(0, { message: t("No connection to the server") })
  }
  if (response.ok) return body
  const after = Number(response.headers.get("Retry-After"))
  throw new ApiError(response.status, body?.error ?? {}, Number.isFinite(after) ? after : undefined)
}
