/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- Every network this device knows. \`head\` is the id of the last block of its chain, or of the network itself.
  -- Below \`base\` nothing is here: the chain began with a snapshot at that height.
  CREATE TABLE ledger_networks (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    genesis BLOB NOT NULL,
    head BLOB NOT NULL,
    base INTEGER NOT NULL
  ) STRICT;

  -- Blocks that were judged and found valid, on the chain and beside it. \`total\` is the weight of the block and of all
  -- before it, so that two branches are compared by two numbers. \`undo\` is null where it is too old to be taken back,
  -- \`entries\` where the chain began with this block's state.
  CREATE TABLE ledger_blocks (
    key INTEGER PRIMARY KEY,
    network INTEGER NOT NULL REFERENCES ledger_networks,
    id BLOB NOT NULL,
    height INTEGER NOT NULL,
    parent BLOB NOT NULL,
    weight INTEGER NOT NULL,
    total INTEGER NOT NULL,
    on_chain INTEGER NOT NULL,
    header BLOB NOT NULL,
    certificate BLOB NOT NULL,
    undo BLOB,
    entries BLOB,
    UNIQUE (network, id)
  ) STRICT;
  CREATE UNIQUE INDEX ledger_chain ON ledger_blocks (network, height) WHERE on_chain = 1;
  CREATE INDEX ledger_children ON ledger_blocks (network, parent);
  CREATE INDEX ledger_side ON ledger_blocks (network, height) WHERE on_chain = 0;

  -- The records of the state after \`head\`, each under its key.
  CREATE TABLE ledger_state (
    network INTEGER NOT NULL REFERENCES ledger_networks,
    key TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (network, key)
  ) STRICT, WITHOUT ROWID;
  `,
]
