-- What somebody asked to change: one row a change, from the asking to the end.
CREATE TABLE plan (
    ref      TEXT   NOT NULL PRIMARY KEY,    -- the reference that people see and type
    target   TEXT   NOT NULL,                -- the thing that it changes
    state    TEXT   NOT NULL CHECK (state IN ('waiting', 'approved', 'applying', 'done', 'failed', 'discarded', 'expired')),
    asker    TEXT   NOT NULL,                -- Webex's id
    approver TEXT   NOT NULL DEFAULT '',     -- Webex's id; who approved or discarded it
    event    TEXT   NOT NULL DEFAULT '',     -- the reference of the approval, whose handling applies it
    stored   BIGINT NOT NULL,
    due      BIGINT NOT NULL,                -- when it is too late to approve it
    finished BIGINT NOT NULL DEFAULT 0,
    body     BYTEA  NOT NULL                 -- sealed; what is there and what is to be written
);
CREATE UNIQUE INDEX plan_open ON plan (target) WHERE state IN ('waiting', 'approved', 'applying');
CREATE INDEX plan_stored ON plan (stored);
