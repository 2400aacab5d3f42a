/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- All of it is of one network: the same name is somebody else's in another one.

  -- Pages that this person was at, and never what did not open.
  CREATE TABLE browse_history (
    network TEXT NOT NULL,
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    title TEXT NOT NULL,
    last_ms INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    PRIMARY KEY (network, url)
  ) STRICT;
  CREATE INDEX browse_history_by_time ON browse_history (network, last_ms);
  CREATE INDEX browse_history_by_site ON browse_history (network, site);

  CREATE TABLE browse_bookmarks (
    network TEXT NOT NULL,
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    title TEXT NOT NULL,
    added_ms INTEGER NOT NULL,
    PRIMARY KEY (network, url)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE browse_zooms (
    network TEXT NOT NULL,
    site TEXT NOT NULL,
    zoom REAL NOT NULL,
    set_ms INTEGER NOT NULL,
    PRIMARY KEY (network, site)
  ) STRICT, WITHOUT ROWID;

  -- Where in Chromium's folders a site stored something, so that it can be removed after the name moved, too.
  CREATE TABLE browse_storages (
    network TEXT NOT NULL,
    site TEXT NOT NULL,
    owner TEXT NOT NULL,
    partition TEXT NOT NULL,
    used_ms INTEGER NOT NULL,
    PRIMARY KEY (network, site, owner)
  ) STRICT, WITHOUT ROWID;

  -- Tabs that were open, in their order: an address each, and whose it was.
  CREATE TABLE browse_tabs (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    is_active INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE browse_downloads (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER,
    done_bytes INTEGER NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    path TEXT,
    -- The part that is being written: removed if nobody finished it.
    part TEXT,
    started_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Where somebody put each bookmark; those that nobody moved stand as they came.
  ALTER TABLE browse_bookmarks ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
  `,
]
