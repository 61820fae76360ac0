"""Exports: records in, files out, and back. The catalogue of formats is filled on import.

A format is one decorated function in `exports.formats`; what reads it back, one in
`exports.imports`. `export` writes atomically, `preview` shows the beginning, `repeats` counts
what a training set holds more than once.
"""

from exports import formats as formats
from exports.records import CodebookRecord, ProjectRecord, Record
from exports.registry import FORMATS, Format, Option, Preview, PreviewTable
from exports.repeats import Instead, Repeats, not_voted
from exports.write import FileSummary, Summary, export, preview, repeats

__all__ = [
    "FORMATS",
    "CodebookRecord",
    "FileSummary",
    "Format",
    "Instead",
    "Option",
    "Preview",
    "PreviewTable",
    "ProjectRecord",
    "Record",
    "Repeats",
    "Summary",
    "export",
    "get",
    "not_voted",
    "preview",
    "repeats",
]

get = FORMATS.get
