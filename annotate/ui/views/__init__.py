"""The pages; each module draws one.

A folder called ``pages`` would make Streamlit run its modules as scripts of their own.
"""
