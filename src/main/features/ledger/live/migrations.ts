/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- Where each entry of the chain lies: in which block, and the how manieth of it. Written in one transaction with its block, so it is never behind.
  CREATE TABLE ledger_live_entries (
    network INTEGER NOT NULL REFERENCES ledger_networks ON DELETE CASCADE,
    id BLOB NOT NULL,
    height INTEGER NOT NULL,
    place INTEGER NOT NULL,
    account BLOB NOT NULL,
    PRIMARY KEY (network, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ledger_live_accounts ON ledger_live_entries (network, account, height);

  -- What opens the claims that were made here. Without its salt a claim is worth nothing.
  CREATE TABLE ledger_live_claims (
    network INTEGER NOT NULL REFERENCES ledger_networks ON DELETE CASCADE,
    name TEXT NOT NULL,
    salt BLOB NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (network, name)
  ) STRICT, WITHOUT ROWID;

  -- Entries of this account that are in no block yet: a pool is memory, and their work may have taken minutes.
  CREATE TABLE ledger_live_own (
    key INTEGER PRIMARY KEY,
    network INTEGER NOT NULL REFERENCES ledger_networks ON DELETE CASCADE,
    id BLOB NOT NULL,
    entry BLOB NOT NULL,
    UNIQUE (network, id)
  ) STRICT;

  -- \`id\` is the SHA-256 of the record.
  CREATE TABLE ledger_live_evidence (
    key INTEGER PRIMARY KEY,
    network INTEGER NOT NULL REFERENCES ledger_networks ON DELETE CASCADE,
    id BLOB NOT NULL,
    record BLOB NOT NULL,
    seen_ms INTEGER NOT NULL,
    UNIQUE (network, id)
  ) STRICT;

  -- Branches that met. \`branches\` names the block that both follow and the first of each, so that a fork that grows, or
  -- turns, is one row. \`facts\` is what is shown of it, in JSON.
  CREATE TABLE ledger_live_forks (
    key INTEGER PRIMARY KEY,
    network INTEGER NOT NULL REFERENCES ledger_networks ON DELETE CASCADE,
    branches TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    facts TEXT NOT NULL,
    UNIQUE (network, branches)
  ) STRICT;
  `,
]
