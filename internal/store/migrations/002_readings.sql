-- What the tracking codes of the sites are like, read now and then, and what changed of them.

-- One row a site.
CREATE TABLE reading (
    site   TEXT   NOT NULL PRIMARY KEY,      -- host name
    began  BIGINT NOT NULL DEFAULT 0,        -- the first reading: nothing is known of before
    read   BIGINT NOT NULL DEFAULT 0,        -- the last reading
    reason TEXT   NOT NULL DEFAULT ''        -- why it could not be read since, in words
);

-- The codes of the last reading.
CREATE TABLE code (
    site TEXT   NOT NULL,
    id   TEXT   NOT NULL,                    -- Webex's id
    hash BYTEA  NOT NULL,                    -- SHA-256 of body
    body BYTEA  NOT NULL,                    -- sealed; JSON
    PRIMARY KEY (site, id)
);

-- What differed between two readings.
CREATE TABLE code_change (
    seq     SEQUENCE,
    site    TEXT   NOT NULL,
    code    TEXT   NOT NULL,                 -- Webex's id
    name    TEXT   NOT NULL,                 -- of the code, after the change
    field   TEXT   NOT NULL,                 -- what of the code
    old     BYTEA  NOT NULL,                 -- sealed
    new     BYTEA  NOT NULL,                 -- sealed
    since   BIGINT NOT NULL,                 -- the last reading with the old value
    seen    BIGINT NOT NULL                  -- the first reading with the new one
);
CREATE INDEX code_change_seen ON code_change (seen);
CREATE INDEX code_change_code ON code_change (site, code, seen);

-- When a site was not read.
CREATE TABLE reading_gap (
    site   TEXT   NOT NULL,
    since  BIGINT NOT NULL,                  -- the reading before
    until  BIGINT NOT NULL,                  -- the reading after
    reason TEXT   NOT NULL                   -- in words; empty: nobody tried
);
CREATE INDEX reading_gap_until ON reading_gap (until);
