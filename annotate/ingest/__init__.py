"""Ingestion: readers that make articles of archived items, and runs that feed them the store.

A reader is a decorated function from the bytes of one item to a `CleanedItem`; importing this
package fills the catalogue with all of them.
"""

from annotate.ingest import archive as _archive  # noqa: F401  (registers itself)
from annotate.ingest.readers import READERS, Reader, reader

__all__ = ["READERS", "Reader", "reader"]
