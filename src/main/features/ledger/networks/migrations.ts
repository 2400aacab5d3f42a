/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- The networks that this device knows, with what it calls each. Their chains are tables of the ledger, which has a
  -- network only from when it was first followed. \`hints\`: DAG-CBOR, devices by which the network may be found.
  CREATE TABLE networks (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    genesis BLOB NOT NULL,
    label TEXT NOT NULL,
    origin TEXT NOT NULL,
    known_ms INTEGER NOT NULL,
    active INTEGER NOT NULL,
    hints BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX networks_active ON networks (active) WHERE active = 1;
  `,
]
