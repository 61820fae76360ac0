/**
 * Drafts of codebooks in localStorage, one a person and project, for a page that is loaded anew.
 */
const PREFIX = "claimdesk:codebook:"

/** @param {string} me @param {string} project @param {object} draft */
export function keep(me, project, draft) {
  try {
    localStorage.setItem(keyOf(me, project), JSON.stringify({ at: new Date().toISOString(), ...draft }))
  } catch {
    // A full or forbidden storage keeps nothing; the browser still asks before the page goes.
  }
}

/** @param {string} me @param {string} project */
export function forget(me, project) {
  try {
    localStorage.removeItem(keyOf(me, project))
  } catch {
    // As above.
  }
}

/** @param {string} me @param {string} project @returns {object | null} */
export function kept(me, project) {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(me, project)) ?? "null")
    return found && typeof found === "object" ? found : null
  } catch {
    return null
  }
}

/** @param {string} me @param {string} project */
function keyOf(me, project) {
  return `${PREFIX}${me}:${project}`
}
