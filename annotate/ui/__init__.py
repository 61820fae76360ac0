"""The browser's side: Streamlit pages, the components they mount, sign-in and the HTTP API."""
