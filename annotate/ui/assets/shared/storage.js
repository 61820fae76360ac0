import { newId } from "./ids.js"

// What a browser keeps beyond the life of a page, in localStorage. A browser may refuse: then
// nothing is kept, and reading finds nothing.

const LOCK = "claimdesk:page:"

/** This page instance, at the end of the keys of what is its own: two tabs never write to the same item. */
export const page = newId()

/** Held as long as the page lives, so that no other tab takes over what is its own meanwhile. */
if (typeof navigator !== "undefined" && navigator.locks) {
  void navigator.locks.request(LOCK + page, () => new Promise(() => {}))
}

/**
 * What page instances that are gone have left.
 *
 * @param {string} prefix Of their keys, up to the page instance or before it.
 * @returns {Promise<{key: string, value: unknown}[]>}
 */
export async function abandoned(prefix) {
  const living = await livingPages()
  return keys(prefix).flatMap((key) => {
    const owner = key.slice(key.lastIndexOf(":") + 1)
    return owner === page || living.has(LOCK + owner) ? [] : [{ key, value: read(key) }]
  })
}

/** @param {string} prefix */
export function keys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

/** Whether there is an item of this very name, whatever it holds. @param {string} key */
export function isKept(key) {
  return keys(key).includes(key)
}

/**
 * @param {string} key
 * @returns {unknown} Null also for what is not ours or damaged.
 */
export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null")
  } catch {
    return null
  }
}

/**
 * @param {string} key
 * @param {unknown} value Null takes the item away.
 * @returns {boolean} Whether the browser has kept it.
 */
export function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

/** @returns {Promise<Set<string | undefined>>} */
async function livingPages() {
  // Without the lock manager (plain http to another host) nobody can be known to live: what a
  // living page keeps is then taken over as well, so that nothing but a second sending comes of it.
  const state = await navigator.locks?.query()
  return new Set((state?.held ?? []).map((lock) => lock.name))
}
