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
]
