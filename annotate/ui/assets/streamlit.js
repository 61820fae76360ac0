// Read by Streamlit as it starts. Not told where its server is, it would look below the page's path
// first and complain on the console. Its dialog about a lost connection would take the keyboard away
// from the text, where work goes on: each page says itself that the server does not answer.
/** @type {any} */ (window).__streamlit = { BACKEND_BASE_URL: location.origin, HOST_CONFIG: { blockErrorDialogs: true } }

// Its calendars are written in the browser's language; here that is the page's.
const pageLanguage = document.documentElement.lang
if (navigator.language.split("-")[0] !== pageLanguage.split("-")[0]) {
  Object.defineProperty(navigator, "language", { get: () => pageLanguage })
  Object.defineProperty(navigator, "languages", { get: () => [pageLanguage] })
}
