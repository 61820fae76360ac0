"""The golden files of the exports and the examples in docs/formats.md.

`python -m tests.exports.golden` writes both anew from `tests.exports.samples`; look at the
difference before you keep it, for it is a change of a published format.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import exports
from exports import FORMATS, export
from exports.records import Record
from tests.exports import labelstudio_samples
from tests.exports.samples import RECORDS, SHARED

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "exports"
DOCUMENT = ROOT / "docs" / "formats.md"
VARIANTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("jsonl", "articles.jsonl", {}),
    ("csv", "csv", {}),
    ("labelstudio", "labelstudio.json", {}),
    ("labelstudio-config", "labelstudio.xml", {}),
    ("parquet", "parquet", {}),
    ("soft", "soft-sentence.csv", {"context": "sentence"}),
    ("soft", "soft-dawid-skene.csv", {"context": "sentence", "method": "dawid-skene"}),
    ("stance", "stance.csv", {}),
    ("stance", "stance-paragraph.csv", {"context": "paragraph"}),
    ("stance", "stance-sentence.csv", {"context": "sentence"}),
)
_WIDTH = 260
_BLOCK = re.compile(r"(<!-- example: (\S+) -->\n```\w*\n).*?(```\n<!-- end -->)", re.DOTALL)


def write_all(folder: Path) -> None:
    """Every variant of every format, in files named as the golden ones."""
    for name, file, options in VARIANTS:
        # Soft labels show something only where several coders recorded the same.
        found = (SHARED,) if name == "soft" else RECORDS
        export((all_layers(record, name) for record in found), name, folder / file, options)


def all_layers(record: Record, name: str) -> Record:
    """What of a record an export of all layers hands to a format."""
    kinds = exports.get(name).kinds
    return replace(record, label_sets=tuple(s for s in record.label_sets if s.kind in kinds))


def covered(jsonl: Path) -> Iterator[str]:
    """``[kind, start, end, covered text]`` of each span, the text cut from the article anew."""
    for line in jsonl.read_text("utf-8").splitlines():
        content = json.loads(line)
        text = content["article"]["text"]
        for label_set in content["label_sets"]:
            for span in label_set["spans"]:
                place = [span["kind"], span["start"], span["end"]]
                yield json.dumps([*place, text[span["start"] : span["end"]]], ensure_ascii=False)


def documented(folder: Path) -> str:
    """The text of docs/formats.md with its examples taken from these files."""

    def example(match: re.Match[str]) -> str:
        return match[1] + _example(folder, match[2]) + match[3]

    return _BLOCK.sub(example, DOCUMENT.read_text("utf-8"))


def indented(value: Any, margin: str = "") -> str:
    """JSON for reading: what fits on a line stands on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(margin) + len(flat) <= _WIDTH or not isinstance(value, (dict, list)):
        return flat
    inner = margin + "  "
    if isinstance(value, list):
        lines = [inner + indented(item, inner) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{margin}]"
    lines = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {indented(item, inner)}"
        for key, item in value.items()
    ]
    return "{\n" + ",\n".join(lines) + f"\n{margin}}}"


def _example(folder: Path, name: str) -> str:
    path = folder / name
    if name.endswith(".jsonl"):
        first = path.read_text("utf-8").split("\n")[0]
        return indented(json.loads(first)) + "\n"
    if name == "labelstudio.json":
        return indented(json.loads(path.read_text("utf-8"))[0]) + "\n"
    if name == "covered.txt":
        return "".join(f"{line}\n" for line in covered(folder / "articles.jsonl"))
    if name.endswith("statements.csv"):
        # A row as a list of its cells: 33 columns side by side are beyond reading.
        with path.open(encoding="utf-8", newline="") as file:
            row = next(iter(csv.DictReader(file)))
        return "".join(f"{key}: {value}".rstrip() + "\n" for key, value in row.items())
    with path.open(encoding="utf-8", newline="") as file:
        return file.read().replace("\r\n", "\n")


def main() -> None:
    """Write the golden files and the documentation's examples anew."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    write_all(GOLDEN)
    lines = "".join(f"{line}\n" for line in covered(GOLDEN / "articles.jsonl"))
    (GOLDEN / "covered.txt").write_text(lines, "utf-8")
    DOCUMENT.write_text(documented(GOLDEN), "utf-8")
    labelstudio_samples.write(labelstudio_samples.GOLDEN)
    print(f"{len(FORMATS)} formats written to {GOLDEN}")


if __name__ == "__main__":
    main()
