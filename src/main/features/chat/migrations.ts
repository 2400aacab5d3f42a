/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- One for each account talked with. \`entries\` and \`position\` are the last place and the last position given,
  -- \`clock\` is the highest Lamport number seen. Up to \`receipted\` a receipt was written, or was not wanted at the
  -- time of reading.
  CREATE TABLE chat_conversations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    entries INTEGER NOT NULL DEFAULT 0,
    clock INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0,
    read_position INTEGER NOT NULL DEFAULT 0,
    receipted INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- One for each device that wrote in a conversation, with the head of its log. The outbox is here too: entries of our
  -- own logs above \`delivered\` are those that no device of the other account has acknowledged. Logs have no gaps and
  -- acknowledgements are cumulative, so one number says what a row for each entry would.
  CREATE TABLE chat_logs (
    key INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES chat_conversations,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    head TEXT NOT NULL,
    clock INTEGER NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    UNIQUE (conversation, device)
  ) STRICT;

  -- Every entry as it was signed, also of kinds unknown to the version that stored it. \`n\` is its log's key times
  -- 2^32 plus its seq: a log lies together, and needs no index. \`place\` is the order of storing in the conversation.
  -- What is shown of a message stands beside it, null for what is not shown: one row to write for each entry, as each
  -- page that a commit touches costs 0.012 ms.
  CREATE TABLE chat_entries (
    n INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES chat_conversations,
    place INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    stored_ms INTEGER NOT NULL,
    position INTEGER,
    text TEXT,
    envelope BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX chat_entries_shown ON chat_entries (conversation, position) WHERE position IS NOT NULL;

  -- When a log of ours was delivered or read up to where: the delivery trace of each of its messages.
  CREATE TABLE chat_milestones (
    log INTEGER NOT NULL REFERENCES chat_logs,
    step TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sent_ms INTEGER,
    at_ms INTEGER NOT NULL,
    route TEXT,
    PRIMARY KEY (log, step, seq)
  ) STRICT, WITHOUT ROWID;

  -- What was tried for an account while entries waited; \`upto\` is the place of the newest entry then, so that a
  -- message's trace takes the lines with upto >= its own place. Equal lines are counted.
  CREATE TABLE chat_attempts (
    key INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    upto INTEGER NOT NULL,
    step TEXT NOT NULL,
    code TEXT NOT NULL,
    route TEXT NOT NULL,
    detail TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    last_ms INTEGER NOT NULL,
    UNIQUE (account, upto, step, code, route)
  ) STRICT;
  `,
  `
  -- The name by which a conversation was opened, and whose it was then. \`moved_to\` and \`noticed_ms\`: whose it is now,
  -- until this person has decided. \`lapsed\`: nobody's. \`left_ms\`: they went on with the new owner, and this is only
  -- remembered to say so; \`holds\`: since then nothing goes out before they write here again.
  CREATE TABLE chat_pins (
    conversation INTEGER PRIMARY KEY REFERENCES chat_conversations,
    network TEXT NOT NULL,
    full_name TEXT NOT NULL,
    account TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    moved_to TEXT,
    noticed_ms INTEGER,
    lapsed INTEGER NOT NULL DEFAULT 0,
    left_ms INTEGER,
    holds INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  `,
  `
  -- Rows that others refer to come back under the same name before this commits.
  PRAGMA defer_foreign_keys = ON;
  CREATE TABLE chat_conversations_2 AS SELECT * FROM chat_conversations;
  DROP TABLE chat_conversations;

  -- Now of three kinds: with one account; notes to oneself; a group, which is two rows, its roster and its talk, each
  -- knowing the id of the roster. \`account\`: the other one, or oneself; null of a group.
  CREATE TABLE chat_conversations (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT UNIQUE,
    roster TEXT,
    created_ms INTEGER NOT NULL,
    entries INTEGER NOT NULL DEFAULT 0,
    clock INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0,
    read_position INTEGER NOT NULL DEFAULT 0,
    receipted INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    mentions INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0,
    stored_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO chat_conversations (key, id, kind, account, created_ms, entries, clock, position, read_position, receipted,
      unread, waiting, stored_ms)
    SELECT key, id, 'direct', account, created_ms, entries, clock, position, read_position, receipted, unread, waiting,
      (SELECT coalesce(max(e.stored_ms), 0) FROM chat_entries e WHERE e.conversation = c.key)
    FROM chat_conversations_2 c;
  DROP TABLE chat_conversations_2;

  -- How far somebody has a log of ours, a mailbox holds it for them, and they say to have read it. Before, a log knew one
  -- other account.
  CREATE TABLE chat_marks (
    log INTEGER NOT NULL REFERENCES chat_logs,
    account TEXT NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (log, account)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO chat_marks (log, account, delivered, read)
    SELECT l.key, c.account, l.delivered, l.read FROM chat_logs l JOIN chat_conversations c ON c.key = l.conversation
    WHERE l.delivered > 0 OR l.read > 0;
  CREATE TABLE chat_milestones_2 AS SELECT * FROM chat_milestones;
  DROP TABLE chat_milestones;
  CREATE TABLE chat_milestones (
    log INTEGER NOT NULL REFERENCES chat_logs,
    account TEXT NOT NULL,
    step TEXT NOT NULL,
    seq INTEGER NOT NULL,
    sent_ms INTEGER,
    at_ms INTEGER NOT NULL,
    route TEXT,
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (log, account, step, seq)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO chat_milestones (log, account, step, seq, sent_ms, at_ms, route)
    SELECT m.log, c.account, m.step, m.seq, m.sent_ms, m.at_ms, m.route FROM chat_milestones_2 m
    JOIN chat_logs l ON l.key = m.log JOIN chat_conversations c ON c.key = l.conversation;
  DROP TABLE chat_milestones_2;
  -- \`upto\` of attempts is from now on the time at which the newest entry for that account was stored.
  DELETE FROM chat_attempts;
  ALTER TABLE chat_logs DROP COLUMN delivered;
  ALTER TABLE chat_logs DROP COLUMN read;

  -- What an entry says that can be erased; \`n\` is the entry's. No row: nobody gave it on, or it is erased.
  CREATE TABLE chat_contents (n INTEGER PRIMARY KEY, block BLOB NOT NULL) STRICT;

  -- Entries whose content block came with no carrier; how often it was asked for.
  CREATE TABLE chat_missing (n INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0) STRICT;

  -- What is shown. \`ord\`: its place, the same on every device. \`words\`: the entry whose content block has its words now.
  -- \`hidden\`: it is not for this person's eyes: removed here, or its author had no right to write it. All of it follows
  -- from entries and could be made anew from them.
  CREATE TABLE chat_messages (
    n INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES chat_conversations,
    position INTEGER NOT NULL,
    ord TEXT NOT NULL,
    account TEXT NOT NULL,
    words INTEGER NOT NULL,
    edited_ms INTEGER,
    deleted_by TEXT,
    pinned_ord TEXT,
    expires_ms INTEGER,
    names_me INTEGER NOT NULL DEFAULT 0,
    is_notice INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX chat_messages_ord ON chat_messages (conversation, ord);
  CREATE UNIQUE INDEX chat_messages_position ON chat_messages (conversation, position);
  CREATE INDEX chat_messages_expires ON chat_messages (expires_ms) WHERE expires_ms IS NOT NULL;
  CREATE INDEX chat_messages_pinned ON chat_messages (conversation, pinned_ord) WHERE pinned_ord IS NOT NULL;
  INSERT INTO chat_messages (n, conversation, position, ord, account, words)
    SELECT e.n, e.conversation, e.position, printf('%016d-%s', e.place, e.id), l.account, e.n
    FROM chat_entries e JOIN chat_logs l ON l.key = e.n / 4294967296 WHERE e.position IS NOT NULL;

  -- What was done to messages: edits, reactions, pins, deletions. By the id of their message, which may not have come yet.
  CREATE TABLE chat_acts (
    n INTEGER NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    ord TEXT NOT NULL,
    value TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (target, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX chat_acts_n ON chat_acts (n);

  -- Files that messages offer: who may fetch one is who is in a conversation where it is offered.
  CREATE TABLE chat_offers (file TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (file, n)) STRICT, WITHOUT ROWID;
  CREATE INDEX chat_offers_n ON chat_offers (n);

  -- What this account chose, the same on all of its devices: the last writer wins. \`value\` is JSON.
  CREATE TABLE chat_state (key TEXT PRIMARY KEY, value TEXT NOT NULL, ord TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Content blocks of messages that this person removed before others had them: erased as soon as they do.
  CREATE TABLE chat_owed (n INTEGER PRIMARY KEY) STRICT;
  CREATE INDEX chat_missing_wanted ON chat_missing (conversation, tries, n);
  `,
  `
  -- A log of a group that somebody joined later begins behind what was said before.
  ALTER TABLE chat_logs ADD COLUMN begins INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- The first message of a day: without it half of a long conversation is read for that.
  CREATE INDEX chat_entries_sent ON chat_entries (conversation, sent_ms);
  `,
]
