/**
 * Files of conversations. `files_here`: what can be given: where it lies, what it was when it was hashed, its tree.
 * `file_leaves`: a gibibyte's worth of leaves in each row; also of what is on its way. `file_staged`: made ready by a person. `file_transfers`: what was
 * offered, in and out; `file_parts`: of one that is on its way, which chunks are on the disk. Steps are only ever added at the end.
 */
export const migrations = [
  `CREATE TABLE files_here (
     file TEXT PRIMARY KEY, bytes INTEGER NOT NULL, manifest_bytes INTEGER NOT NULL, top BLOB NOT NULL, groups BLOB NOT NULL,
     path TEXT NOT NULL, manifest BLOB, stamps BLOB NOT NULL
   ) STRICT;
   CREATE TABLE file_leaves (file TEXT NOT NULL, number INTEGER NOT NULL, leaves BLOB NOT NULL, PRIMARY KEY (file, number)) STRICT;
   CREATE TABLE file_staged (
     id TEXT PRIMARY KEY, file TEXT NOT NULL, offer TEXT NOT NULL, is_own INTEGER NOT NULL, path TEXT NOT NULL, staged_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE file_transfers (
     id TEXT PRIMARY KEY, direction TEXT NOT NULL, conversation TEXT NOT NULL, message TEXT NOT NULL, number INTEGER NOT NULL,
     account TEXT NOT NULL, file TEXT NOT NULL, offer TEXT NOT NULL, state TEXT NOT NULL, why TEXT, done_bytes INTEGER NOT NULL,
     taken_by TEXT NOT NULL, folder TEXT, path TEXT, started_ms INTEGER NOT NULL, ended_ms INTEGER
   ) STRICT;
   CREATE UNIQUE INDEX file_transfers_by_message ON file_transfers (message, number);
   CREATE INDEX file_transfers_by_file ON file_transfers (file);
   CREATE TABLE file_parts (
     id TEXT PRIMARY KEY REFERENCES file_transfers (id) ON DELETE CASCADE,
     path TEXT NOT NULL, bytes INTEGER NOT NULL, manifest_bytes INTEGER NOT NULL, top BLOB NOT NULL, groups BLOB NOT NULL,
     manifest BLOB, done BLOB NOT NULL
   ) STRICT;`,
] as const
