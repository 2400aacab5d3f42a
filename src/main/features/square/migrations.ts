/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- Rooms entered, by network; \`left_ms\` where they were left again. Up to \`read\` (an n of square_posts) all was read.
  CREATE TABLE square_rooms (
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    entered_ms INTEGER NOT NULL,
    left_ms INTEGER,
    read INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (network, name)
  ) STRICT, WITHOUT ROWID;

  -- \`n\` is the order of coming. \`peer\` handed it over first; null: written here. \`hops\` null: not asked, or not told.
  CREATE TABLE square_posts (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    network TEXT NOT NULL,
    room TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    author TEXT NOT NULL,
    claimed_name TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    mine INTEGER NOT NULL,
    peer TEXT,
    hops INTEGER,
    copies INTEGER NOT NULL DEFAULT 1
  ) STRICT;
  CREATE INDEX square_posts_of_room ON square_posts (network, room, n);

  CREATE TABLE square_muted (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL UNIQUE
  ) STRICT;
  `,
]
