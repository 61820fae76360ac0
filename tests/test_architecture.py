"""Promises that the files make about each other: layers, versions, pins, links."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import annotate

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MODULE_LINES = 450
FUNCTION_LINES = 70
SOURCES = sorted([*ROOT.glob("annotate/**/*.py"), *ROOT.glob("exports/**/*.py"), ROOT / "app.py"])


def _layers() -> list[set[str]]:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return [{name.strip(" ()") for name in layer.split("|")} for layer in layers]


def test_imports_keep_the_contracts() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [str(program), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_room_has_its_layer() -> None:
    listed = set().union(*_layers())
    rooms = {
        f"annotate.{path.stem}"
        for path in (ROOT / "annotate").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file()
    }
    assert rooms <= listed, f"not in the layers of pyproject.toml: {sorted(rooms - listed)}"


def test_the_table_of_rooms_lists_every_module_and_no_other() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("| room |")[2]
    rows = [
        row.strip().strip("|").split("|") for row in table.partition("\n\n")[0].splitlines()[2:]
    ]
    assert all(len(row) == 3 and row[1].strip() for row in rows)
    listed = {row[0].strip(" `"): set(re.findall(r"`([^`]+)`", row[2])) for row in rows}
    there: dict[str, set[str]] = {}
    for path in SOURCES:
        place = path.relative_to(ROOT).as_posix()
        folder = path.parent.relative_to(ROOT).as_posix() + "/"
        if folder in ("./", "annotate/"):
            if path.stem not in ("__init__", "__main__"):
                there[place] = set()
        else:
            there.setdefault(folder, set())
            there[folder] |= {path.stem} - {"__init__"}
    assert listed == there


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_reads_in_one_sitting(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    long = [
        f"{node.name} at line {node.lineno}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_versions_agree() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert PYPROJECT["project"]["version"] == annotate.__version__ == released[0]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_pin_what_is_declared(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    pinned = {_normal(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    project = PYPROJECT["project"]
    declared = list(project["dependencies"])
    if "dev" in name:
        declared += project["optional-dependencies"]["dev"]
    assert {_normal(re.split(r"[<>=!~\[]", item)[0]) for item in declared} <= pinned
    loose = [
        line
        for line in text.splitlines()
        if line.strip() and line.lstrip()[0] != "#" and "==" not in line
    ]
    assert loose == []


def test_documents_point_at_files_that_exist() -> None:
    missing = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (document.parent / target.split("#")[0]).exists():
                missing.append(f"{document.name}: {target}")
    assert missing == []


def test_readme_and_ci_name_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", readme))
    assert {"run", "test"} <= named <= targets
    assert "exec make test\n" in (ROOT / ".ci" / "run").read_text("utf-8")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
