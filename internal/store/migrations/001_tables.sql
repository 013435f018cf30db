-- The one schema of both engines. SEQUENCE, NUMBERKEY and TEXTKEY stand for what SQLite and PostgreSQL write differently: see dialect.go.
-- Times are Unix milliseconds, 0 where there is none. On PostgreSQL with TOKEN_KEY the columns marked "sealed" are.

-- What was heard: one row an event. A row is queued while an earlier one of its lane is open.
CREATE TABLE inbox (
    seq      SEQUENCE,                       -- the order within a lane
    key      TEXT    NOT NULL UNIQUE,        -- msg:…, act:…, mem:…: the same from webhook and websocket
    lane     TEXT    NOT NULL,               -- space and person
    state    TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('queued', 'waiting', 'running', 'done', 'failed', 'dropped')),
    attempt  BIGINT  NOT NULL DEFAULT 0,     -- runs that were begun
    crashes  BIGINT  NOT NULL DEFAULT 0,     -- processes that ended while it ran
    due      BIGINT  NOT NULL DEFAULT 0,     -- when it may run
    owner    TEXT    NOT NULL DEFAULT '',    -- the process that runs it
    until    BIGINT  NOT NULL DEFAULT 0,     -- when that process must have renewed its claim
    unsure   BIGINT  NOT NULL DEFAULT 0,     -- since when a run may have had its effect
    reason   TEXT    NOT NULL DEFAULT '',    -- of the last failure
    ref      TEXT    NOT NULL DEFAULT '',    -- the reference that people see
    stored   BIGINT  NOT NULL,
    finished BIGINT  NOT NULL DEFAULT 0,
    body     BYTEA                           -- sealed; gone when done
);
CREATE INDEX inbox_lane ON inbox (lane, seq) WHERE state IN ('queued', 'waiting', 'running');
CREATE INDEX inbox_waiting ON inbox (seq) WHERE state = 'waiting';
CREATE INDEX inbox_running ON inbox (owner) WHERE state = 'running';
CREATE INDEX inbox_finished ON inbox (finished) WHERE finished > 0;

-- What is to be posted: one row a message.
CREATE TABLE outbox (
    seq      SEQUENCE,
    key      TEXT    NOT NULL UNIQUE,
    lane     TEXT    NOT NULL,
    state    TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('queued', 'waiting', 'running', 'done', 'failed', 'dropped')),
    attempt  BIGINT  NOT NULL DEFAULT 0,
    crashes  BIGINT  NOT NULL DEFAULT 0,
    due      BIGINT  NOT NULL DEFAULT 0,
    owner    TEXT    NOT NULL DEFAULT '',
    until    BIGINT  NOT NULL DEFAULT 0,
    unsure   BIGINT  NOT NULL DEFAULT 0,     -- since when it may have been posted
    reason   TEXT    NOT NULL DEFAULT '',
    ref      TEXT    NOT NULL DEFAULT '',    -- as it stands in the posted card
    room     TEXT    NOT NULL DEFAULT '',    -- the bare UUID of the space that it goes to
    root     TEXT    NOT NULL DEFAULT '',    -- the bare UUID of the message that the thread begins with
    message  TEXT    NOT NULL DEFAULT '',    -- Webex's id of what was posted
    space    TEXT    NOT NULL DEFAULT '',    -- Webex's id of the space in which that stands
    trace    BYTEA,                          -- sealed; how the answer came about, kept when done
    stored   BIGINT  NOT NULL,
    finished BIGINT  NOT NULL DEFAULT 0,
    body     BYTEA                           -- sealed; gone when done
);
CREATE INDEX outbox_lane ON outbox (lane, seq) WHERE state IN ('queued', 'waiting', 'running');
CREATE INDEX outbox_waiting ON outbox (seq) WHERE state = 'waiting';
CREATE INDEX outbox_running ON outbox (owner) WHERE state = 'running';
CREATE INDEX outbox_finished ON outbox (finished) WHERE finished > 0;
CREATE INDEX outbox_root ON outbox (root) WHERE root <> '';
CREATE INDEX outbox_message ON outbox (message) WHERE message <> '';
CREATE INDEX outbox_sending ON outbox (room) WHERE state IN ('waiting', 'running');

-- Long work: one row a job.
CREATE TABLE job (
    seq      SEQUENCE,
    key      TEXT    NOT NULL UNIQUE,
    lane     TEXT    NOT NULL,
    state    TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('queued', 'waiting', 'running', 'done', 'failed', 'dropped')),
    attempt  BIGINT  NOT NULL DEFAULT 0,
    crashes  BIGINT  NOT NULL DEFAULT 0,
    due      BIGINT  NOT NULL DEFAULT 0,
    owner    TEXT    NOT NULL DEFAULT '',
    until    BIGINT  NOT NULL DEFAULT 0,
    unsure   BIGINT  NOT NULL DEFAULT 0,
    reason   TEXT    NOT NULL DEFAULT '',
    ref      TEXT    NOT NULL DEFAULT '',
    progress BYTEA,                          -- sealed; where it goes on after a restart
    stop     BOOLEAN NOT NULL DEFAULT FALSE, -- somebody asked it to stop
    stored   BIGINT  NOT NULL,
    finished BIGINT  NOT NULL DEFAULT 0,
    body     BYTEA                           -- sealed; gone when done
);
CREATE INDEX job_lane ON job (lane, seq) WHERE state IN ('queued', 'waiting', 'running');
CREATE INDEX job_waiting ON job (seq) WHERE state = 'waiting';
CREATE INDEX job_running ON job (owner) WHERE state = 'running';
CREATE INDEX job_finished ON job (finished) WHERE finished > 0;

-- Who asked what: a chain of hashes.
CREATE TABLE audit (
    seq      NUMBERKEY NOT NULL PRIMARY KEY, -- from 1, without a gap
    time     BIGINT NOT NULL,
    ref      TEXT   NOT NULL DEFAULT '',
    person   TEXT   NOT NULL DEFAULT '',     -- Webex's id
    space    TEXT   NOT NULL DEFAULT '',     -- Webex's id
    command  TEXT   NOT NULL DEFAULT '',
    site     TEXT   NOT NULL DEFAULT '',
    via      TEXT   NOT NULL DEFAULT '',
    decision TEXT   NOT NULL DEFAULT '',
    outcome  TEXT   NOT NULL DEFAULT '',
    calls    BIGINT NOT NULL DEFAULT 0,
    tracking TEXT   NOT NULL DEFAULT '',
    duration BIGINT NOT NULL DEFAULT 0,      -- milliseconds
    email    BYTEA,                          -- sealed
    code     BYTEA,                          -- sealed; what was asked about
    reason   BYTEA,                          -- sealed
    mark     BYTEA,                          -- JSON of a line of the record's own, such as an anchor
    prev     TEXT   NOT NULL,                -- the hash of the line before, in hexadecimal digits
    hash     TEXT   NOT NULL
);
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_person ON audit (person, time);
CREATE INDEX audit_space ON audit (space, time);
CREATE INDEX audit_ref ON audit (ref) WHERE ref <> '';

-- The newest line of audit: the one row that a writer locks.
CREATE TABLE audit_head (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

-- Small values by key.
CREATE TABLE note (
    key   TEXTKEY NOT NULL PRIMARY KEY,
    value BYTEA   NOT NULL,                  -- sealed
    ends  BIGINT  NOT NULL DEFAULT 0         -- 0: never
);
CREATE INDEX note_ends ON note (ends) WHERE ends > 0;

-- What one process does for all.
CREATE TABLE lease (
    name  TEXT   NOT NULL PRIMARY KEY,
    owner TEXT   NOT NULL,
    until BIGINT NOT NULL
);

-- The admin's tokens.
CREATE TABLE signin (
    name   TEXT   NOT NULL PRIMARY KEY,
    rev    BIGINT NOT NULL,                  -- grows by one with each change
    stored BIGINT NOT NULL,
    body   BYTEA  NOT NULL                   -- sealed by package signin on both engines
);

-- What the store notes of itself.
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
