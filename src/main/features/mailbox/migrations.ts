/**
 * Mailbox. `mail_boxes`, `mail_letters`: held for others; a letter's number rises and is never given again. `mail_holders`: who holds for
 * us. `mail_own_keys`: private halves of one-time keys, each for one device; `spent_ms`: since when that device has it no more, and a letter may be under
 * way. `mail_weekly`: the mail keys of the last weeks. `mail_taken`: letters that are dealt with, by their digest. `mail_cards`, `mail_their_keys`: of
 * others. Steps are only ever added at the end.
 */
export const migrations = [
  `CREATE TABLE mail_boxes (
     device TEXT PRIMARY KEY, account TEXT NOT NULL, box TEXT NOT NULL UNIQUE, seen_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE mail_letters (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, account TEXT NOT NULL, digest TEXT NOT NULL,
     bytes INTEGER NOT NULL, at_ms INTEGER NOT NULL, sealed BLOB NOT NULL, UNIQUE (device, digest)
   ) STRICT;
   CREATE INDEX mail_letters_by_account ON mail_letters (account, bytes);
   CREATE INDEX mail_letters_by_device ON mail_letters (device, seq);
   CREATE INDEX mail_letters_by_time ON mail_letters (at_ms);
   CREATE TABLE mail_holders (
     peer TEXT PRIMARY KEY, account TEXT, kind TEXT NOT NULL, state TEXT NOT NULL, box TEXT NOT NULL,
     quota_bytes INTEGER NOT NULL, used_bytes INTEGER NOT NULL, checked_ms INTEGER, answered_ms INTEGER, why TEXT
   ) STRICT;
   CREATE TABLE mail_own_keys (
     id TEXT PRIMARY KEY, device TEXT NOT NULL, private BLOB NOT NULL, until_ms INTEGER NOT NULL, spent_ms INTEGER
   ) STRICT;
   CREATE INDEX mail_own_keys_by_device ON mail_own_keys (device);
   CREATE TABLE mail_weekly (
     id INTEGER PRIMARY KEY, public BLOB NOT NULL, private BLOB NOT NULL, made_ms INTEGER NOT NULL, replaced_ms INTEGER
   ) STRICT;
   CREATE TABLE mail_taken (digest TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;
   CREATE INDEX mail_taken_by_time ON mail_taken (at_ms);
   CREATE TABLE mail_own_card (
     one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, made_ms INTEGER NOT NULL, says TEXT NOT NULL, envelope BLOB NOT NULL
   ) STRICT;
   CREATE TABLE mail_cards (
     device TEXT PRIMARY KEY, account TEXT NOT NULL, seq INTEGER NOT NULL, until_ms INTEGER NOT NULL, envelope BLOB NOT NULL
   ) STRICT;
   CREATE INDEX mail_cards_by_account ON mail_cards (account);
   CREATE TABLE mail_their_keys (
     id TEXT PRIMARY KEY, device TEXT NOT NULL, public BLOB NOT NULL, until_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX mail_their_keys_by_device ON mail_their_keys (device, until_ms);`,
] as const
