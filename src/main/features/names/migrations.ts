/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- Zones of this account, one of a name, and what became of publishing it. They are kept beyond their expiry: the owner
  -- signs them anew.
  CREATE TABLE names_own (
    key BLOB PRIMARY KEY,
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    seq INTEGER NOT NULL,
    issued_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    published_ms INTEGER,
    published_seq INTEGER,
    held INTEGER,
    asked INTEGER,
    again_ms INTEGER
  ) STRICT, WITHOUT ROWID;

  -- Zones held for others. \`distance\` is XOR from this device, whose key lies beside this database and does not change.
  CREATE TABLE names_held (
    key BLOB PRIMARY KEY,
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    seq INTEGER NOT NULL,
    issued_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    distance BLOB NOT NULL,
    stored_ms INTEGER NOT NULL,
    provided_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX names_held_by_distance ON names_held (distance, size_bytes);
  CREATE INDEX names_held_by_provision ON names_held (network, provided_ms);
  CREATE INDEX names_held_by_expiry ON names_held (expires_ms);
  `,
]
