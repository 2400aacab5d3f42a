/** The door's tables. Steps are only ever added at the end; see docs/wire/door.md for what each holds. */
export const migrations = [
  `CREATE TABLE door_rules (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
   CREATE TABLE door_blocked (account TEXT PRIMARY KEY) STRICT;
   CREATE TABLE door_received (
     id TEXT PRIMARY KEY, account TEXT NOT NULL, received_ms INTEGER NOT NULL, record TEXT NOT NULL
   ) STRICT;
   CREATE TABLE door_callers (account TEXT PRIMARY KEY, knocks INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT;
   CREATE INDEX door_callers_by_time ON door_callers (last_ms);
   CREATE TABLE door_sent (id TEXT PRIMARY KEY, sent_ms INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
   CREATE TABLE door_undelivered (
     id TEXT PRIMARY KEY, peer TEXT NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX door_undelivered_by_peer ON door_undelivered (peer);
   CREATE TABLE door_tokens (hash BLOB PRIMARY KEY, minted_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL) STRICT;
   CREATE TABLE door_log (
     seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, account TEXT, peer TEXT NOT NULL, capability TEXT NOT NULL,
     verdict TEXT NOT NULL, why TEXT NOT NULL, rule TEXT, by TEXT NOT NULL, hash TEXT NOT NULL
   ) STRICT;
   CREATE TABLE door_log_anchor (
     one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL
   ) STRICT;
   INSERT INTO door_log_anchor VALUES (1, 0, '');`,
  `ALTER TABLE door_log ADD COLUMN facts TEXT;
   CREATE INDEX door_log_by_account ON door_log (account);
   CREATE INDEX door_log_by_rule ON door_log (rule) WHERE rule IS NOT NULL;
   CREATE TABLE door_declined (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;`,
] as const
