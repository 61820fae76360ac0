"""The export formats, a module a family; importing this package registers all of them."""

from exports.formats import delimited, jsonl, labelstudio, parquet, soft, stance

__all__ = ["delimited", "jsonl", "labelstudio", "parquet", "soft", "stance"]
