"""The SQL of the tables: a script for each subject of the first version, one a migration since.

`annotate.store.schema` says what they are for and in which order they come.
"""

PEOPLE = """
CREATE TABLE person (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, display_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'model', 'external', 'operator')),
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'reviewer', 'analyst', 'viewer')),
  active INTEGER NOT NULL, email TEXT, password_hash TEXT, created_at TEXT NOT NULL) STRICT;
CREATE TABLE session (
  token_sha256 TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES person(id),
  created_at TEXT NOT NULL, seen_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT,
  user_agent TEXT NOT NULL) STRICT;
CREATE INDEX session_person ON session(person_id);
CREATE TABLE sign_in_attempt (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE INDEX sign_in_attempt_at ON sign_in_attempt(at);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""

PROJECTS = """
CREATE TABLE project (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL,
  blind INTEGER NOT NULL, open_after_submission INTEGER NOT NULL,
  codebook_version INTEGER NOT NULL, created_at TEXT NOT NULL, archived_at TEXT) STRICT;
CREATE TABLE codebook_version (
  project_id TEXT NOT NULL REFERENCES project(id), number INTEGER NOT NULL,
  content TEXT NOT NULL, note TEXT NOT NULL, created_at TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person(id), PRIMARY KEY (project_id, number)) STRICT;
CREATE TABLE member (
  project_id TEXT NOT NULL REFERENCES project(id), person_id TEXT NOT NULL REFERENCES person(id),
  role TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'reviewer', 'analyst', 'viewer')),
  PRIMARY KEY (project_id, person_id)) STRICT;
CREATE INDEX member_person ON member(person_id);
"""

# As the first version made it. Its rows are numbered as the articles' sort keys; it keeps no texts.
ARTICLE_INDEX = """USING fts5(
  title, text, content='', tokenize='ascii', prefix='1')"""

ARTICLES = f"""
CREATE TABLE article (
  sort_key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, series_id TEXT NOT NULL,
  revision INTEGER NOT NULL, url TEXT NOT NULL, canonical_url TEXT NOT NULL,
  source TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL, published_at TEXT,
  published_from TEXT NOT NULL, dateline TEXT, captions TEXT NOT NULL,
  text_sha256 TEXT NOT NULL, raw_sha256 TEXT NOT NULL, cleaner_version TEXT NOT NULL,
  ingested_at TEXT NOT NULL, ingested_by TEXT NOT NULL REFERENCES person(id),
  duplicate_of TEXT, superseded INTEGER NOT NULL DEFAULT 0,
  UNIQUE (series_id, revision)) STRICT;
CREATE INDEX article_canonical_url ON article(canonical_url);
CREATE INDEX article_text_sha256 ON article(text_sha256);
CREATE INDEX article_duplicate_of ON article(duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX article_raw_sha256 ON article(raw_sha256);
CREATE INDEX article_source ON article(source, sort_key);
CREATE INDEX article_language ON article(language, sort_key);
CREATE INDEX article_ingested ON article(ingested_at, sort_key);
CREATE INDEX article_title ON article(title, sort_key);
CREATE TABLE article_text (
  article_id TEXT PRIMARY KEY REFERENCES article(id), text TEXT NOT NULL) STRICT;
CREATE TABLE article_raw (
  article_id TEXT PRIMARY KEY REFERENCES article(id), raw BLOB NOT NULL) STRICT;
CREATE VIRTUAL TABLE article_index {ARTICLE_INDEX};
CREATE TABLE project_article (
  project_id TEXT NOT NULL REFERENCES project(id),
  sort_key INTEGER NOT NULL REFERENCES article(sort_key),
  PRIMARY KEY (project_id, sort_key)) STRICT, WITHOUT ROWID;
CREATE INDEX project_article_sort_key ON project_article(sort_key);
CREATE TABLE ingest_run (
  id TEXT PRIMARY KEY, by TEXT NOT NULL REFERENCES person(id), started_at TEXT NOT NULL,
  finished_at TEXT, paths TEXT NOT NULL, project_id TEXT REFERENCES project(id),
  summary TEXT) STRICT;
CREATE TABLE rejection (
  id TEXT PRIMARY KEY, item TEXT NOT NULL UNIQUE, reason TEXT NOT NULL, message TEXT NOT NULL,
  first_at TEXT NOT NULL, last_at TEXT NOT NULL, times INTEGER NOT NULL,
  resolution TEXT CHECK (resolution IN ('succeeded', 'dismissed')), resolved_at TEXT) STRICT;
"""

REGISTRY = """
CREATE TABLE actor (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, external_ids TEXT NOT NULL,
  note TEXT NOT NULL, search_key TEXT NOT NULL, created_at TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person(id), deleted_at TEXT) STRICT;
CREATE TABLE actor_alias (
  actor_id TEXT NOT NULL REFERENCES actor(id), position INTEGER NOT NULL, text TEXT NOT NULL,
  language TEXT NOT NULL, kind TEXT NOT NULL, search_key TEXT NOT NULL,
  PRIMARY KEY (actor_id, position)) STRICT;
CREATE TABLE claim (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), text TEXT NOT NULL,
  language TEXT NOT NULL, topic TEXT NOT NULL, note TEXT NOT NULL, search_key TEXT NOT NULL,
  created_at TEXT NOT NULL, created_by TEXT NOT NULL REFERENCES person(id),
  deleted_at TEXT) STRICT;
CREATE INDEX claim_project ON claim(project_id);
CREATE TABLE claim_alias (
  claim_id TEXT NOT NULL REFERENCES claim(id), position INTEGER NOT NULL, text TEXT NOT NULL,
  language TEXT NOT NULL, kind TEXT NOT NULL, search_key TEXT NOT NULL,
  PRIMARY KEY (claim_id, position)) STRICT;
"""

LABELS = """
CREATE TABLE label_set (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  article_id TEXT NOT NULL REFERENCES article(id), coder_id TEXT REFERENCES person(id),
  kind TEXT NOT NULL CHECK (kind IN ('analyst', 'model', 'gold')),
  status TEXT NOT NULL CHECK (status IN ('draft', 'submitted', 'returned', 'accepted')),
  revision INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  CHECK ((kind = 'gold') = (coder_id IS NULL))) STRICT;
CREATE UNIQUE INDEX label_set_coder ON label_set(project_id, article_id, coder_id)
  WHERE coder_id IS NOT NULL;
CREATE UNIQUE INDEX label_set_gold ON label_set(project_id, article_id) WHERE kind = 'gold';
CREATE INDEX label_set_of_coder ON label_set(coder_id, project_id, status);
CREATE INDEX label_set_article ON label_set(article_id);
CREATE TABLE span (
  id TEXT PRIMARY KEY, label_set_id TEXT NOT NULL REFERENCES label_set(id),
  kind TEXT NOT NULL, start INTEGER NOT NULL CHECK (start >= 0), "end" INTEGER NOT NULL,
  quote TEXT NOT NULL, actor_id TEXT REFERENCES actor(id), codebook_version INTEGER NOT NULL,
  created_at TEXT NOT NULL, deleted_at TEXT, CHECK ("end" > start)) STRICT;
CREATE INDEX span_label_set ON span(label_set_id, start, "end");
CREATE INDEX span_actor ON span(actor_id) WHERE actor_id IS NOT NULL;
CREATE TABLE statement (
  id TEXT PRIMARY KEY, label_set_id TEXT NOT NULL REFERENCES label_set(id),
  claim_id TEXT NOT NULL REFERENCES claim(id), stance TEXT NOT NULL,
  codebook_version INTEGER NOT NULL, speaker_id TEXT REFERENCES actor(id),
  holder_id TEXT REFERENCES actor(id), certainty TEXT, addressee_id TEXT REFERENCES actor(id),
  venue TEXT NOT NULL, statement_date TEXT, note TEXT NOT NULL, created_at TEXT NOT NULL,
  deleted_at TEXT) STRICT;
CREATE INDEX statement_label_set ON statement(label_set_id);
CREATE INDEX statement_claim ON statement(claim_id);
CREATE INDEX statement_speaker ON statement(speaker_id);
CREATE INDEX statement_holder ON statement(holder_id);
CREATE TABLE statement_evidence (
  statement_id TEXT NOT NULL REFERENCES statement(id), position INTEGER NOT NULL,
  span_id TEXT NOT NULL REFERENCES span(id), PRIMARY KEY (statement_id, position)) STRICT;
CREATE INDEX statement_evidence_span ON statement_evidence(span_id);
CREATE TABLE statement_reporter (
  statement_id TEXT NOT NULL REFERENCES statement(id), position INTEGER NOT NULL,
  actor_id TEXT NOT NULL REFERENCES actor(id), PRIMARY KEY (statement_id, position)) STRICT;
CREATE TABLE document_label (
  label_set_id TEXT NOT NULL REFERENCES label_set(id), name TEXT NOT NULL,
  value TEXT NOT NULL, PRIMARY KEY (label_set_id, name, value)) STRICT;
CREATE TABLE submission (
  id TEXT PRIMARY KEY, label_set_id TEXT NOT NULL REFERENCES label_set(id),
  number INTEGER NOT NULL, revision INTEGER NOT NULL, submitted_at TEXT NOT NULL,
  content TEXT NOT NULL, UNIQUE (label_set_id, number)) STRICT;
"""

HISTORY = """
CREATE TABLE operation (
  id TEXT PRIMARY KEY, label_set_id TEXT REFERENCES label_set(id), client TEXT NOT NULL,
  kind TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES person(id),
  state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped', 'final'))) STRICT;
CREATE INDEX operation_label_set ON operation(label_set_id, revision);
CREATE TABLE event (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL REFERENCES person(id),
  action TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL,
  project_id TEXT, operation_id TEXT, before TEXT, after TEXT) STRICT;
CREATE INDEX event_subject ON event(subject_kind, subject_id);
CREATE INDEX event_operation ON event(operation_id) WHERE operation_id IS NOT NULL;
CREATE TRIGGER event_stays BEFORE DELETE ON event
  BEGIN SELECT raise(ABORT, 'audit events are never deleted'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event
  BEGIN SELECT raise(ABORT, 'audit events are never changed'); END;
"""

WORKBENCH = """
ALTER TABLE person ADD COLUMN language TEXT NOT NULL DEFAULT '';
CREATE TABLE invitation (
  id TEXT PRIMARY KEY, token_sha256 TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL CHECK (purpose IN ('join', 'reset')),
  person_id TEXT NOT NULL REFERENCES person(id), created_at TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person(id), expires_at TEXT NOT NULL, used_at TEXT,
  revoked_at TEXT) STRICT;
CREATE INDEX invitation_person ON invitation(person_id);
CREATE TABLE project_article_removed (
  project_id TEXT NOT NULL REFERENCES project(id),
  sort_key INTEGER NOT NULL REFERENCES article(sort_key), removed_at TEXT NOT NULL,
  removed_by TEXT NOT NULL REFERENCES person(id), restored_at TEXT,
  PRIMARY KEY (project_id, sort_key, removed_at)) STRICT, WITHOUT ROWID;
ALTER TABLE actor ADD COLUMN merged_into TEXT REFERENCES actor(id);
ALTER TABLE claim ADD COLUMN merged_into TEXT REFERENCES claim(id);
CREATE INDEX statement_addressee ON statement(addressee_id) WHERE addressee_id IS NOT NULL;
CREATE INDEX statement_reporter_actor ON statement_reporter(actor_id);
CREATE INDEX event_at ON event(at);
CREATE INDEX operation_change ON operation(client) WHERE kind = 'registry';
CREATE TABLE distinct_pair (
  kind TEXT NOT NULL CHECK (kind IN ('actor', 'claim')), a_id TEXT NOT NULL, b_id TEXT NOT NULL,
  PRIMARY KEY (kind, a_id, b_id)) STRICT, WITHOUT ROWID;
CREATE INDEX event_project ON event(project_id);
ALTER TABLE rejection ADD COLUMN told TEXT;
ALTER TABLE rejection ADD COLUMN run_id TEXT REFERENCES ingest_run(id);
ALTER TABLE ingest_run ADD COLUMN kind TEXT NOT NULL DEFAULT 'ingest'
  CHECK (kind IN ('ingest', 'upload', 'retry', 'reclean'));
ALTER TABLE ingest_run ADD COLUMN state TEXT NOT NULL DEFAULT 'running'
  CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'failed', 'discarded'));
UPDATE ingest_run SET state = 'done' WHERE finished_at IS NOT NULL;
"""

LABELSTUDIO = """
CREATE TABLE sync_link (
  project_id TEXT PRIMARY KEY REFERENCES project(id), url TEXT NOT NULL, token TEXT,
  remote_id INTEGER NOT NULL, remote_created_at TEXT NOT NULL, title TEXT NOT NULL,
  account TEXT NOT NULL, version TEXT NOT NULL, created_at TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person(id),
  reveals INTEGER NOT NULL DEFAULT 0, every_minutes INTEGER, cursor TEXT,
  configuration TEXT NOT NULL DEFAULT '', configuration_there TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE sync_task (
  project_id TEXT NOT NULL REFERENCES project(id), article_id TEXT NOT NULL REFERENCES article(id),
  task_id INTEGER NOT NULL, updated_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'linked' CHECK (state IN ('linked', 'gone', 'left_out')),
  PRIMARY KEY (project_id, article_id)) STRICT;
CREATE TABLE sync_sending (
  project_id TEXT NOT NULL REFERENCES project(id), article_id TEXT NOT NULL REFERENCES article(id),
  at TEXT NOT NULL, PRIMARY KEY (project_id, article_id)) STRICT;
CREATE TABLE sync_label_set (
  label_set_id TEXT PRIMARY KEY REFERENCES label_set(id),
  project_id TEXT NOT NULL REFERENCES project(id), article_id TEXT NOT NULL REFERENCES article(id),
  task_id INTEGER NOT NULL, remote_id INTEGER, remote_created_at TEXT NOT NULL,
  base TEXT NOT NULL, extras TEXT NOT NULL DEFAULT '{}', revision INTEGER NOT NULL) STRICT;
CREATE INDEX sync_label_set_article ON sync_label_set(project_id, article_id);
CREATE TABLE sync_conflict (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  label_set_id TEXT NOT NULL REFERENCES label_set(id),
  article_id TEXT NOT NULL REFERENCES article(id), kind TEXT NOT NULL, entity_id TEXT NOT NULL,
  field TEXT NOT NULL, base TEXT, ours TEXT, theirs TEXT, found_at TEXT NOT NULL,
  resolved_at TEXT, resolved_by TEXT REFERENCES person(id),
  choice TEXT CHECK (choice IN ('ours', 'theirs', 'edited')), chosen TEXT) STRICT;
CREATE UNIQUE INDEX sync_conflict_open ON sync_conflict(label_set_id, kind, entity_id, field)
  WHERE resolved_at IS NULL;
CREATE INDEX sync_conflict_project ON sync_conflict(project_id);
CREATE TABLE sync_problem (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), task_id INTEGER,
  article_id TEXT, remote_id INTEGER, region TEXT, reason TEXT NOT NULL, told TEXT NOT NULL,
  email TEXT, first_at TEXT NOT NULL, last_at TEXT NOT NULL, resolved_at TEXT) STRICT;
CREATE INDEX sync_problem_project ON sync_problem(project_id, task_id) WHERE resolved_at IS NULL;
CREATE TABLE sync_person (
  project_id TEXT NOT NULL REFERENCES project(id), email TEXT NOT NULL,
  person_id TEXT NOT NULL REFERENCES person(id), PRIMARY KEY (project_id, email)) STRICT;
CREATE TABLE sync_run (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  by TEXT NOT NULL REFERENCES person(id),
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
  started_at TEXT NOT NULL, finished_at TEXT, counts TEXT NOT NULL DEFAULT '{}',
  problem TEXT) STRICT;
CREATE INDEX sync_run_project ON sync_run(project_id, started_at);
"""

# How each trigger changes the counts: of the articles ``where`` gives, with their projects.
_ALL_ARTICLES = "SELECT '' AS project_id, NEW.sort_key AS sort_key"
_ITS_PROJECTS = "SELECT project_id, sort_key FROM project_article WHERE sort_key = NEW.sort_key"


def _counting(where: str, change: str, condition: str = "1") -> str:
    counted = f"FROM ({where}) w CROSS JOIN article a ON a.sort_key = w.sort_key WHERE {condition}"
    return f"""
  INSERT INTO article_count (project_id, field, value, n)
    SELECT w.project_id, 'source', a.source, {change} {counted}
    UNION ALL SELECT w.project_id, 'language', a.language, {change} {counted}
    UNION ALL SELECT w.project_id, 'text', '', {change} {counted} AND NOT EXISTS (
      SELECT 1 FROM article o WHERE o.text_sha256 = a.text_sha256 AND o.superseded = 0
      AND o.sort_key <> a.sort_key AND (w.project_id = '' OR EXISTS (SELECT 1 FROM project_article q
        WHERE q.project_id = w.project_id AND q.sort_key = o.sort_key)))
    ON CONFLICT DO UPDATE SET n = n + excluded.n;"""


# The rest of the view of counts; each migration says which articles of a project are counted.
_COUNTED = """\
    UNION ALL SELECT '', source, language, text_sha256 FROM article WHERE superseded = 0)
  SELECT project_id, 'source' AS field, source AS value, count(*) AS n FROM inside
    GROUP BY project_id, source
  UNION ALL SELECT project_id, 'language', language, count(*) FROM inside
    GROUP BY project_id, language
  UNION ALL SELECT project_id, 'text', '', count(DISTINCT text_sha256) FROM inside
    GROUP BY project_id;
"""
COUNTS = f"""
CREATE TABLE article_count (
  project_id TEXT NOT NULL, field TEXT NOT NULL CHECK (field IN ('source', 'language', 'text')),
  value TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (project_id, field, value)) STRICT, WITHOUT ROWID;
CREATE VIEW article_counted AS
  WITH inside AS (
    SELECT p.project_id, a.source, a.language, a.text_sha256 FROM project_article p
      CROSS JOIN article a ON a.sort_key = p.sort_key WHERE a.superseded = 0
{_COUNTED}CREATE TRIGGER count_joining AFTER INSERT ON project_article BEGIN{
    _counting(
        "SELECT NEW.project_id AS project_id, NEW.sort_key AS sort_key", "1", "a.superseded = 0"
    )
}
  END;
CREATE TRIGGER count_leaving AFTER DELETE ON project_article BEGIN{
    _counting(
        "SELECT OLD.project_id AS project_id, OLD.sort_key AS sort_key", "-1", "a.superseded = 0"
    )
}
  END;
CREATE TRIGGER count_coming AFTER INSERT ON article WHEN NEW.superseded = 0 BEGIN{
    _counting(_ALL_ARTICLES, "1")
}
  END;
CREATE TRIGGER count_superseding AFTER UPDATE OF superseded ON article
  WHEN NEW.superseded <> OLD.superseded BEGIN{
    _counting(f"{_ALL_ARTICLES} UNION ALL {_ITS_PROJECTS}", "OLD.superseded - NEW.superseded")
}
  END;
INSERT INTO article_count SELECT * FROM article_counted;
"""

_IS_HELD = (
    "EXISTS (SELECT 1 FROM project_article_held h WHERE h.project_id = p.project_id"
    " AND h.sort_key = p.sort_key)"
)
# Who did something last in a project is one look, whatever the number of events there.
LAST_BY = """
CREATE INDEX event_person ON event(by, project_id) WHERE project_id IS NOT NULL;
"""
CALLED = """
CREATE INDEX actor_called ON actor(search_key);
CREATE INDEX actor_alias_called ON actor_alias(search_key);
"""
# Counts leave an archived project alone: what a revision replaced is held there, and listed.
HELD = f"""
CREATE TABLE project_article_held (
  project_id TEXT NOT NULL REFERENCES project(id),
  sort_key INTEGER NOT NULL REFERENCES article(sort_key),
  PRIMARY KEY (project_id, sort_key)) STRICT, WITHOUT ROWID;
DROP TRIGGER count_superseding;
CREATE TRIGGER count_superseding AFTER UPDATE OF superseded ON article
  WHEN NEW.superseded <> OLD.superseded BEGIN{
    _counting(
        f"{_ALL_ARTICLES} UNION ALL SELECT project_id, sort_key FROM project_article p"
        f" WHERE sort_key = NEW.sort_key AND NOT {_IS_HELD}",
        "OLD.superseded - NEW.superseded",
    )
}
  END;
DROP VIEW article_counted;
CREATE VIEW article_counted AS
  WITH inside AS (
    SELECT p.project_id, a.source, a.language, a.text_sha256 FROM project_article p
      CROSS JOIN article a ON a.sort_key = p.sort_key WHERE a.superseded = 0 OR {_IS_HELD}
{_COUNTED}"""
