/** What went through exits since the day began. Steps are only ever added at the end. */
export const migrations = [
  `CREATE TABLE exit_uses (
     whose TEXT NOT NULL, peer TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, record TEXT NOT NULL,
     PRIMARY KEY (whose, peer, host, port)
   ) STRICT;`,
] as const
