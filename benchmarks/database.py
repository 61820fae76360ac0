"""Databases for benchmarks: a synthetic corpus, kept between runs, and people to work on it."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from annotate import accounts, codebook, model
from annotate.store import Store

from benchmarks import corpus

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / ".data"
BATCH = 500
PROJECT = "Benchmark"
