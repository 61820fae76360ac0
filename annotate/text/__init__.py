"""Pure functions over text: offsets, quote anchoring, words and sentences, search, language."""
