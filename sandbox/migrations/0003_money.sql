-- The files of reports, as they were made.
CREATE TABLE report_files (
    report TEXT NOT NULL,
    format TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (report, format)
);

-- Which payments use a coupon: those that are open or paid.
CREATE TABLE coupon_uses (
    payment TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    code TEXT NOT NULL
);
CREATE INDEX coupon_uses_by_code ON coupon_uses (account, code);

-- The ledger of points: their sum is what an account has. What was redeemed is money in `postings`, too.
CREATE TABLE point_movements (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    points BIGINT NOT NULL,
    payment TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    seq BIGINT NOT NULL UNIQUE,
    created BIGINT NOT NULL
);
CREATE INDEX point_movements_by_account ON point_movements (account, seq);
