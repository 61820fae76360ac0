import { t, told } from "../shared/i18n.js"

/** The server answered with an error, or not at all (status 0). */
export class RequestError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * Asks the server.
 *
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export async function getJson(address, signal) {
  let response
  try {
    response = await fetch(address, { signal, headers: { accept: "application/json" } })
  } catch (error) {
    if (signal.aborted) throw error
    throw new RequestError(0, t("The server does not answer."))
  }
  const body = await response.json().catch(() => null)
  if (response.ok && body) return body
  const message = body?.error ? told(body.error) : response.statusText
  throw new RequestError(response.status, message)
}
