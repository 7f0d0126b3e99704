-- Texts and whole numbers only, so that SQLite and PostgreSQL read the same. Times are in milliseconds since 1970, amounts in minor
-- units.

-- What makes this gateway itself: its seed, and the offset of its business clock.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Every resource: `body` is what goes over the wire, `internal` what does not.
CREATE TABLE objects (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    status TEXT NOT NULL,
    reference TEXT,
    parent TEXT,
    seq BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    internal TEXT NOT NULL
);
CREATE INDEX objects_by_kind ON objects (account, kind, seq);
CREATE INDEX objects_by_parent ON objects (parent, kind, seq);
CREATE INDEX objects_by_reference ON objects (account, kind, reference, seq);

-- The ledger: a transfer is a set of postings that sums to zero in every currency.
CREATE TABLE transfers (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    reference TEXT,
    seq BIGINT NOT NULL UNIQUE,
    created BIGINT NOT NULL
);
CREATE TABLE postings (
    transfer TEXT NOT NULL REFERENCES transfers (id),
    line BIGINT NOT NULL,
    ledger_account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (transfer, line)
);
CREATE INDEX postings_by_account ON postings (ledger_account, currency);

-- What became of every call. A key stays here for ever; its answer goes after 24 hours.
CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    call_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    operation TEXT NOT NULL,
    state TEXT NOT NULL,
    status BIGINT,
    body TEXT,
    object TEXT,
    key_id TEXT, -- whose call it was
    created BIGINT NOT NULL,
    PRIMARY KEY (scope, call_key)
);

-- How often each operation was executed: the proof that no key ran twice.
CREATE TABLE executions (
    operation TEXT PRIMARY KEY,
    executed BIGINT NOT NULL
);

-- Used nonces, of whatever key, until no request that carries them could pass any more (real time, in seconds).
CREATE TABLE nonces (
    nonce TEXT PRIMARY KEY,
    kept_until BIGINT NOT NULL
);
CREATE INDEX nonces_by_time ON nonces (kept_until);

-- The outbox: one row per event and endpoint.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    response_status BIGINT,
    last_error TEXT,
    next_attempt BIGINT,
    held BIGINT NOT NULL, -- 1 while a fault keeps it behind the next one
    seq BIGINT NOT NULL UNIQUE,
    created BIGINT NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (status, next_attempt);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint, status);
CREATE INDEX deliveries_by_event ON deliveries (event, seq);

-- What business time brings: expiry, confirmations, late money, disputes.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    due BIGINT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    seq BIGINT NOT NULL UNIQUE
);
CREATE INDEX jobs_due ON jobs (due, seq);
