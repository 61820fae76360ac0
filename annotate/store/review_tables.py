"""The SQL of the review loop's tables, of what is counted of them, and the triggers that count.

`annotate.store.schema` says what they are for.
"""

# Codings that fill no slot of an article's round: see ``ReviewArticle.stood``. What earlier rounds
# took with gold is known where it still stands as it did then; its slots stay as they were told.
STOOD = """
ALTER TABLE review_article ADD COLUMN stood INTEGER;
CREATE INDEX review_article_stood ON review_article(project_id, round_id)
  WHERE stood IS NOT NULL;
UPDATE review_article SET stood = 0 WHERE state IN ('in_review', 'gold')
  AND EXISTS (SELECT 1 FROM round o WHERE o.id = review_article.round_id AND o.mode = 'list'
  AND review_article.since < o.created_at);
"""
# Where articles stand, told in the order of lists too. ``review_article`` has no row for most of
# them; the triggers keep both in step by whatever route either changes.
PLACED = """UPDATE project_article SET state = r.state, round_id = r.round_id
  FROM review_article r JOIN article a ON a.id = r.article_id
  WHERE r.project_id = project_article.project_id AND a.sort_key = project_article.sort_key"""
_PLACES = """
  UPDATE project_article SET state = NEW.state, round_id = NEW.round_id
    WHERE project_id = NEW.project_id
    AND sort_key = (SELECT sort_key FROM article WHERE id = NEW.article_id);
  END;"""
PLACES = f"""
ALTER TABLE project_article ADD COLUMN state TEXT NOT NULL DEFAULT 'to_do'
  CHECK (state IN ('to_do', 'in_progress', 'submitted', 'in_review', 'gold'));
ALTER TABLE project_article ADD COLUMN round_id TEXT;
CREATE INDEX article_superseded ON article(sort_key) WHERE superseded = 1;
{PLACED};
CREATE TRIGGER place_taken AFTER INSERT ON project_article BEGIN
  {PLACED}
    AND project_article.project_id = NEW.project_id AND project_article.sort_key = NEW.sort_key;
  END;
CREATE TRIGGER review_placed AFTER INSERT ON review_article BEGIN{_PLACES}
CREATE TRIGGER review_placed_anew AFTER UPDATE OF state, round_id ON review_article
  WHEN NEW.state <> OLD.state OR NEW.round_id IS NOT OLD.round_id BEGIN{_PLACES}
"""
_HERE = "project_id = NEW.project_id AND article_id = NEW.article_id"
_FOUND = """(SELECT v.state FROM review_state v
      WHERE v.project_id = NEW.project_id AND v.article_id = NEW.article_id)"""


def _stands(since: str) -> str:
    """Inside a trigger: say anew where an article stands, and since when if that has changed."""
    return f"""
  UPDATE review_article SET since = {since}, state = {_FOUND}
    WHERE {_HERE} AND state IS NOT {_FOUND};"""


# What follows from a label set that was begun or has changed its status.
_FOLLOWS = f"""{_stands("NEW.updated_at")}
  UPDATE assignment SET state = NEW.status WHERE {_HERE}
    AND person_id = NEW.coder_id AND withdrawn_at IS NULL;
  UPDATE review_article SET taken = (SELECT v.taken FROM review_taken v
      WHERE v.project_id = NEW.project_id AND v.article_id = NEW.article_id)
    WHERE {_HERE} AND NEW.kind = 'analyst';"""

REVIEW = f"""
ALTER TABLE project ADD COLUMN hide_coders INTEGER NOT NULL DEFAULT 0;
CREATE TABLE round (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id), name TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('list', 'pull')),
  coders INTEGER NOT NULL CHECK (coders > 0),
  share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),
  share_coders INTEGER NOT NULL CHECK (share_coders > 0),
  ordering TEXT NOT NULL CHECK (ordering IN ('newest', 'oldest', 'random')),
  seed INTEGER NOT NULL, due_on TEXT, created_at TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES person(id), closed_at TEXT) STRICT;
CREATE INDEX round_project ON round(project_id);
CREATE TABLE round_coder (
  round_id TEXT NOT NULL REFERENCES round(id), person_id TEXT NOT NULL REFERENCES person(id),
  since TEXT NOT NULL, removed_at TEXT, cursor INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (round_id, person_id)) STRICT, WITHOUT ROWID;
CREATE INDEX round_coder_person ON round_coder(person_id);
CREATE TABLE review_article (
  project_id TEXT NOT NULL REFERENCES project(id),
  article_id TEXT NOT NULL REFERENCES article(id), round_id TEXT REFERENCES round(id),
  position INTEGER NOT NULL DEFAULT 0, wanted INTEGER NOT NULL DEFAULT 1,
  taken INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'to_do'
    CHECK (state IN ('to_do', 'in_progress', 'submitted', 'in_review', 'gold')),
  since TEXT NOT NULL, open_since TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (project_id, article_id)) STRICT, WITHOUT ROWID;
CREATE INDEX review_article_state ON review_article(project_id, state, since, article_id);
CREATE INDEX review_article_open ON review_article(round_id, position) WHERE taken < wanted;
CREATE INDEX review_article_round ON review_article(round_id, state, since, article_id);
CREATE TABLE assignment (
  id TEXT PRIMARY KEY, round_id TEXT NOT NULL REFERENCES round(id),
  project_id TEXT NOT NULL REFERENCES project(id),
  article_id TEXT NOT NULL REFERENCES article(id), position INTEGER NOT NULL,
  person_id TEXT NOT NULL REFERENCES person(id), assigned_at TEXT NOT NULL,
  assigned_by TEXT NOT NULL REFERENCES person(id),
  state TEXT NOT NULL DEFAULT 'to_do'
    CHECK (state IN ('to_do', 'draft', 'submitted', 'returned', 'accepted')),
  withdrawn_at TEXT) STRICT;
CREATE UNIQUE INDEX assignment_live ON assignment(project_id, article_id, person_id)
  WHERE withdrawn_at IS NULL;
CREATE INDEX assignment_article ON assignment(project_id, person_id, article_id)
  WHERE withdrawn_at IS NULL;
CREATE INDEX assignment_round ON assignment(round_id, person_id, state, position)
  WHERE withdrawn_at IS NULL;
CREATE INDEX assignment_withdrawn ON assignment(project_id, article_id, person_id)
  WHERE withdrawn_at IS NOT NULL;
CREATE INDEX label_set_active ON label_set(project_id, coder_id, updated_at)
  WHERE coder_id IS NOT NULL;
CREATE TABLE review_count (
  project_id TEXT NOT NULL, round_id TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (project_id, round_id, state)) STRICT, WITHOUT ROWID;
CREATE TABLE assignment_count (
  project_id TEXT NOT NULL, person_id TEXT NOT NULL, round_id TEXT NOT NULL,
  state TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (project_id, person_id, round_id, state)) STRICT, WITHOUT ROWID;
CREATE TRIGGER review_counted AFTER INSERT ON review_article BEGIN
  INSERT INTO review_count VALUES (NEW.project_id, coalesce(NEW.round_id, ''), NEW.state, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  END;
CREATE TRIGGER review_recounted AFTER UPDATE OF state, round_id ON review_article
  WHEN NEW.state <> OLD.state OR NEW.round_id IS NOT OLD.round_id BEGIN
  INSERT INTO review_count VALUES (OLD.project_id, coalesce(OLD.round_id, ''), OLD.state, -1)
    ON CONFLICT DO UPDATE SET n = n - 1;
  INSERT INTO review_count VALUES (NEW.project_id, coalesce(NEW.round_id, ''), NEW.state, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  END;
CREATE TRIGGER assignment_counted AFTER INSERT ON assignment WHEN NEW.withdrawn_at IS NULL BEGIN
  INSERT INTO assignment_count
    VALUES (NEW.project_id, NEW.person_id, NEW.round_id, NEW.state, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  END;
CREATE TRIGGER assignment_recounted AFTER UPDATE OF state, withdrawn_at ON assignment BEGIN
  INSERT INTO assignment_count
    SELECT OLD.project_id, OLD.person_id, OLD.round_id, OLD.state, -1
    WHERE OLD.withdrawn_at IS NULL ON CONFLICT DO UPDATE SET n = n - 1;
  INSERT INTO assignment_count
    SELECT NEW.project_id, NEW.person_id, NEW.round_id, NEW.state, 1
    WHERE NEW.withdrawn_at IS NULL ON CONFLICT DO UPDATE SET n = n + 1;
  END;
CREATE TABLE decision (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  article_id TEXT NOT NULL REFERENCES article(id),
  gold_id TEXT NOT NULL REFERENCES label_set(id),
  kind TEXT NOT NULL CHECK (kind IN ('statement', 'span', 'document_label')),
  verdict TEXT NOT NULL CHECK (
    verdict IN ('accepted', 'mixed', 'edited', 'written', 'rejected')),
  entity_id TEXT, reason TEXT NOT NULL DEFAULT '', at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES person(id), operation_id TEXT, undone_at TEXT,
  CHECK ((verdict = 'rejected') = (entity_id IS NULL))) STRICT;
CREATE INDEX decision_gold ON decision(gold_id) WHERE undone_at IS NULL;
CREATE TABLE decision_source (
  decision_id TEXT NOT NULL REFERENCES decision(id),
  label_set_id TEXT NOT NULL REFERENCES label_set(id), entity_id TEXT NOT NULL,
  digest TEXT NOT NULL, PRIMARY KEY (decision_id, label_set_id, entity_id)
  ) STRICT, WITHOUT ROWID;
CREATE INDEX decision_source_label_set ON decision_source(label_set_id);
CREATE TABLE thread (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES project(id),
  article_id TEXT NOT NULL REFERENCES article(id),
  label_set_id TEXT REFERENCES label_set(id),
  kind TEXT NOT NULL CHECK (kind IN ('article', 'span', 'statement')), entity_id TEXT,
  created_at TEXT NOT NULL, created_by TEXT NOT NULL REFERENCES person(id),
  resolved_at TEXT, resolved_by TEXT REFERENCES person(id),
  CHECK ((kind = 'article') = (entity_id IS NULL))) STRICT;
CREATE INDEX thread_article ON thread(project_id, article_id);
CREATE TABLE comment (
  id TEXT PRIMARY KEY, thread_id TEXT NOT NULL REFERENCES thread(id), at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES person(id), text TEXT NOT NULL) STRICT;
CREATE INDEX comment_thread ON comment(thread_id);
CREATE TABLE notice (
  id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES person(id),
  project_id TEXT NOT NULL REFERENCES project(id), article_id TEXT REFERENCES article(id),
  kind TEXT NOT NULL CHECK (
    kind IN ('assigned', 'withdrawn', 'returned', 'gold', 'comment')),
  subject_id TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL REFERENCES person(id),
  seen_at TEXT) STRICT;
CREATE INDEX notice_person ON notice(person_id, project_id, id);
CREATE INDEX notice_unseen ON notice(person_id) WHERE seen_at IS NULL;
CREATE TABLE recheck (
  kind TEXT NOT NULL CHECK (kind IN ('statement', 'span')), entity_id TEXT NOT NULL,
  version INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL REFERENCES person(id),
  PRIMARY KEY (kind, entity_id, version)) STRICT, WITHOUT ROWID;
CREATE VIEW review_state AS SELECT r.project_id, r.article_id, CASE
  WHEN EXISTS (SELECT 1 FROM label_set g WHERE g.project_id = r.project_id
    AND g.article_id = r.article_id AND g.kind = 'gold' AND g.status = 'accepted') THEN 'gold'
  WHEN EXISTS (SELECT 1 FROM label_set g WHERE g.project_id = r.project_id
    AND g.article_id = r.article_id AND g.kind = 'gold'
    AND (EXISTS (SELECT 1 FROM decision d WHERE d.gold_id = g.id AND d.undone_at IS NULL)
      OR EXISTS (SELECT 1 FROM statement s WHERE s.label_set_id = g.id AND s.deleted_at IS NULL)
      OR EXISTS (SELECT 1 FROM span s WHERE s.label_set_id = g.id AND s.deleted_at IS NULL)
      OR EXISTS (SELECT 1 FROM document_label d WHERE d.label_set_id = g.id))) THEN 'in_review'
  WHEN (SELECT count(*) FROM label_set l WHERE l.project_id = r.project_id
    AND l.article_id = r.article_id AND l.kind = 'analyst'
    AND l.status IN ('submitted', 'accepted')) >= r.wanted THEN 'submitted'
  WHEN EXISTS (SELECT 1 FROM label_set l WHERE l.project_id = r.project_id
    AND l.article_id = r.article_id AND l.kind = 'analyst') THEN 'in_progress'
  ELSE 'to_do' END AS state FROM review_article r;
CREATE VIEW review_taken AS SELECT r.project_id, r.article_id,
  (SELECT count(*) FROM assignment a WHERE a.project_id = r.project_id
    AND a.article_id = r.article_id AND a.withdrawn_at IS NULL)
  + (SELECT count(*) FROM label_set l WHERE l.project_id = r.project_id
    AND l.article_id = r.article_id AND l.coder_id IS NOT NULL AND l.kind = 'analyst'
    AND l.status IN ('submitted', 'accepted') AND NOT EXISTS (SELECT 1 FROM assignment a
      WHERE a.project_id = r.project_id AND a.article_id = r.article_id
      AND a.person_id = l.coder_id AND a.withdrawn_at IS NULL)) AS taken
  FROM review_article r;
CREATE TRIGGER review_begun AFTER INSERT ON label_set WHEN NEW.kind <> 'model' BEGIN
  INSERT INTO review_article (project_id, article_id, since)
    VALUES (NEW.project_id, NEW.article_id, NEW.created_at) ON CONFLICT DO NOTHING;{_FOLLOWS}
  END;
CREATE TRIGGER review_moved AFTER UPDATE OF status ON label_set
  WHEN NEW.kind <> 'model' BEGIN{_FOLLOWS}
  END;
CREATE TRIGGER review_freed AFTER UPDATE OF taken, wanted, state ON review_article
  WHEN NEW.round_id IS NOT NULL AND NEW.taken < NEW.wanted
    AND NEW.state NOT IN ('in_review', 'gold')
    AND (NEW.taken < OLD.taken OR NEW.wanted > OLD.wanted OR OLD.state IN ('in_review', 'gold'))
  BEGIN
  UPDATE round_coder SET cursor = 0 WHERE round_id = NEW.round_id AND cursor > NEW.position;
  UPDATE review_article SET open_since = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE project_id = NEW.project_id AND article_id = NEW.article_id
    AND (OLD.taken >= OLD.wanted OR OLD.state IN ('in_review', 'gold'));
  END;
CREATE TRIGGER review_wanted AFTER UPDATE OF wanted ON review_article
  WHEN NEW.wanted <> OLD.wanted BEGIN{_stands("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")}
  END;
INSERT INTO review_article (project_id, article_id, since)
  SELECT project_id, article_id, max(updated_at) FROM label_set WHERE kind <> 'model'
  GROUP BY project_id, article_id;
UPDATE review_article SET state = (SELECT v.state FROM review_state v
  WHERE v.project_id = review_article.project_id AND v.article_id = review_article.article_id),
  taken = (SELECT v.taken FROM review_taken v
  WHERE v.project_id = review_article.project_id AND v.article_id = review_article.article_id);
"""
