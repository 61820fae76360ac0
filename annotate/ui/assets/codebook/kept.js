import { abandoned, page, write } from "../shared/storage.js"

/**
 * Drafts of codebooks, one a person, project and page instance, for a page that is loaded anew.
 */
const PREFIX = "claimdesk:codebook:"

/** @param {string} me @param {string} project @param {object | null} draft Null: there is nothing to keep. */
export function keep(me, project, draft) {
  write(`${prefix(me, project)}${page}`, draft && { at: new Date().toISOString(), ...draft })
}

/** @param {string} key Of a draft that was found: it was taken over, or is not wanted. */
export function settle(key) {
  if (key.startsWith(PREFIX)) write(key, null)
}

/**
 * The newest draft that a page which is gone has left; its key comes with it.
 *
 * @param {string} me
 * @param {string} project
 * @returns {Promise<object | undefined>}
 */
export async function found(me, project) {
  const left = await abandoned(`${PREFIX}${me}:${project}`)
  const drafts = left.flatMap(({ key, value }) => (value && typeof value === "object" ? [{ at: "", ...value, key }] : []))
  return drafts.sort((a, b) => (a.at < b.at ? 1 : -1))[0]
}

/** @param {string} me @param {string} project */
function prefix(me, project) {
  return `${PREFIX}${me}:${project}:`
}
