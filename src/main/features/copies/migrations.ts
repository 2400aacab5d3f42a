/**
 * Copies. `copies`: what is kept, or on its way (`next_…`: the version that is fetched, beside the one that is here). `copy_made`: own
 * sites that have a tree; each row a version. A tree is a root with all blocks under it, as far as they are known; a
 * block is one that is on the disk, in whatever trees it is. A tree's number is never given again: what comes late for one that was removed
 * must not count for another. Steps are only ever added at the end.
 */
export const migrations = [
  `CREATE TABLE copies (
     site TEXT PRIMARY KEY, owner TEXT NOT NULL,
     cid TEXT, files INTEGER NOT NULL, bytes INTEGER NOT NULL, kept_ms INTEGER NOT NULL,
     next_cid TEXT, next_files INTEGER NOT NULL, next_bytes INTEGER NOT NULL, next_done INTEGER NOT NULL,
     next_state TEXT NOT NULL, next_why TEXT NOT NULL,
     is_served INTEGER NOT NULL, served_bytes INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE copy_made (
     site TEXT NOT NULL, cid TEXT NOT NULL, made_ms INTEGER NOT NULL, PRIMARY KEY (site, cid)
   ) STRICT;
   CREATE TABLE copy_trees (id INTEGER PRIMARY KEY AUTOINCREMENT, cid TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE copy_blocks (id BLOB PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE copy_tree_blocks (tree INTEGER NOT NULL, block BLOB NOT NULL, PRIMARY KEY (tree, block)) STRICT, WITHOUT ROWID;
   CREATE INDEX copy_tree_blocks_by_block ON copy_tree_blocks (block);`,
] as const
