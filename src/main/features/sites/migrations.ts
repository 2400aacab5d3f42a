/** Sites of this device. `source` is JSON, as the contract has it. Steps are only ever added at the end. */
export const migrations = [
  `CREATE TABLE sites (
     name TEXT PRIMARY KEY, source TEXT NOT NULL, audience TEXT NOT NULL, published_ms INTEGER NOT NULL
   ) STRICT;`,
] as const
