/** Programs, and the SHA-256 of what opens the API for them. Steps are only ever added at the end. */
export const migrations = [
  `CREATE TABLE apps (
     id TEXT PRIMARY KEY, title TEXT NOT NULL, created_ms INTEGER NOT NULL, last_seen_ms INTEGER, token_hash BLOB NOT NULL
   ) STRICT;`,
] as const
