"""The pages; each module draws one. A folder called ``pages`` would make Streamlit run them itself."""
