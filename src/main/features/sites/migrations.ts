/** Sites of this device. `source` is JSON, as the contract has it. Steps are only ever added at the end. */
export const migrations = [
  `CREATE TABLE sites (
     name TEXT PRIMARY KEY, source TEXT NOT NULL, audience TEXT NOT NULL, published_ms INTEGER NOT NULL
   ) STRICT;`,
  // `copy`: JSON of what was made, null for nothing yet. `pointed`: JSON of what the zone was last made to say of the site.
  // `leaving`: it is not published any more, and the zone is still to be told.
  `ALTER TABLE sites ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE sites ADD COLUMN copy TEXT;
   ALTER TABLE sites ADD COLUMN pointed TEXT;
   ALTER TABLE sites ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;`,
  // A name is one of a network's. Null for what is older than this: of whichever is followed at the next start.
  'ALTER TABLE sites ADD COLUMN network TEXT;',
] as const
