// Read by Streamlit as it starts. Its dialog about a lost connection would take the keyboard away
// from the text, where work goes on: each page says itself that the server does not answer.
/** @type {any} */ (window).__streamlit = { HOST_CONFIG: { blockErrorDialogs: true } }
