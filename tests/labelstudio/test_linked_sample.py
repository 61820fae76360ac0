"""``make labelstudio``: a server to try, linked with the sample project, and started again."""

from __future__ import annotations

import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from annotate import sample
from annotate.labelstudio.secrets import TOKEN, URL
from annotate.links import Link
from annotate.store import Store
from tools import linked_sample
from tools.labelstudio import DATABASE


@pytest.mark.slow
@pytest.mark.labelstudio
@pytest.mark.timeout(900)
def test_it_links_sends_ends_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, there = tmp_path / "sample.db", tmp_path / "there"
    monkeypatch.setattr(linked_sample, "DATA", there)
    # What it sets for itself is put back afterwards.
    monkeypatch.setenv(URL, "")
    monkeypatch.setenv(TOKEN, "")
    before = signal.getsignal(signal.SIGTERM)
    served: list[list[str]] = []
    urls: list[str] = []

    def serve(command: list[str]) -> int:
        served.append(command)
        return 0

    monkeypatch.setattr(linked_sample, "_serve", serve)
    monkeypatch.setattr(linked_sample, "_tell", urls.append)
    found: list[tuple[Link | None, int, list[str]]] = []
    for _ in range(2):
        assert linked_sample.main([str(database), "--port", "8599"]) == 0
        store = Store(database)
        project = sample.read().project_id
        link = store.links.link(project)
        runs = [run.state for run in store.links.runs(project)]
        found.append((link, len(store.links.tasks(project)), runs))
        store.close()
        with pytest.raises((urllib.error.URLError, OSError)):
            urllib.request.urlopen(urls[-1], timeout=5)
    signal.signal(signal.SIGTERM, before)
    (first, tasks, _), (again, tasks_again, runs) = found
    assert first is not None and again is not None
    assert (first.remote_id, first.remote_created_at) == (again.remote_id, again.remote_created_at)
    assert tasks == tasks_again > 5
    assert runs == ["done", "done"]
    assert served == [served[0]] * 2
    assert served[0][-3:] == ["serve", "--port", "8599"]
    assert (there / DATABASE).is_file()
