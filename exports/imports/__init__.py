"""The import formats, a module a family; importing this package registers all of them."""

from exports.imports import jsonl
from exports.registry import IMPORTERS, ImportFormat, Read

__all__ = ["IMPORTERS", "ImportFormat", "Read", "get", "jsonl"]

get = IMPORTERS.get
