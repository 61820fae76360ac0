/**
 * Goes to another address of the app. Streamlit listens for `popstate` and runs the page that
 * the address names; one entry is added to the history and no page is loaded.
 *
 * @param {string} href
 */
export function navigate(href) {
  history.pushState({}, "", href)
  dispatchEvent(new PopStateEvent("popstate"))
}

/**
 * Whether a click on a link means "here, now", not "in another tab" or "save".
 *
 * @param {MouseEvent} event
 */
export function isPlainClick(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
}

/**
 * Follows a link without loading a page; a listener for its clicks.
 *
 * @param {MouseEvent} event
 */
export function follow(event) {
  if (!isPlainClick(event)) return
  event.preventDefault()
  navigate(/** @type {HTMLAnchorElement} */ (event.currentTarget).href)
}
