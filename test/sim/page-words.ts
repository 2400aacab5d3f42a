/*
 * What the page says beside its tables. Written by hand: what follows from the figures, and what is known not to.
 */

export const HEAD = `# How it scales

Written by \`npm run sim\`; not edited by hand. To repeat it: \`npm run sim -- --seed 1\`, a part of it \`npm run sim -- dht --nodes 1000 --seed 1\`, a little of each \`npm run sim -- --quick\`. The figures themselves are lines of \`artifacts/sim.jsonl\`; the seed of each stands in its row.

**What runs.** Real nodes in one process: the app's own options of libp2p (Noise on libsodium, Yamux, identify, ping, the bounds on handshakes, streams and connections), its DHT (\`node/dht-*.ts\`: walk, table, ways, what is served), zones as holders judge and
keep them (\`features/names\`, SQLite in memory), its gossip with its gate, its relay and introduction. Not there: windows, chat, files, ledger, \`/latch/names\` (so every look-up goes by Kademlia alone, which in the app is the second way), TCP, WebRTC, and the ping of each
connection every 10 s. Between them lies \`@libp2p/memory\` with a delay for each pair, drawn from the seed (five regions, a line of its own for each machine), one packet of a hundred lost and sent again after 200 ms or more, dials that take a way there and back, and machines that vanish
without a word. Behind NAT nothing listens, and nobody is reached but through an introducer.

**Time is the machine's own.** Delays are waited for, so the times of a loaded machine are longer than they should be: the load average stands in each row, and two processors carry 2. Hops and duplicates hardly depend on it; what is *found*, and how many hold a record, do where the load is many times that, as questions
have deadlines. Nodes of \`dht\` begin with a table as of a device that has been there for long (20 of each number of shared bits), which is not kept up; how a table grows by itself is \`grown\`. Nodes go one share after the other, in the same network; hostile ones are 30 of a hundred, of which a quarter each gives an
older zone, gives bytes that nobody signed, says nothing, names devices that are not there. *The walk alone* is the app's \`dht-walk.ts\` in networks that are only drawn: no node runs, time is a number, and nobody knows of the load.

**What this page has not.** Its rows of real nodes are small runs on a machine whose two processors carried a load of 27 and more; larger ones were begun there (200 to 1,000 nodes start, with 0.6 to 1.2 MB for each), and their look-ups ran into deadlines for want of the processor, so that nothing of them stands
here. They want a quiet machine: \`npm run sim -- dht --nodes 1000\`. Until then what is said of large networks comes from the walk alone.`

export const FOLLOWS = `## What follows for a million nodes

- **Hops** grow with log₂ N at a small slope, as k is 20: each hop takes four to five bits. The walk of 60 questions and 10 s is enough by far where tables are as Kademlia's paper has them (*paper*).
- **A table as the library keeps it would not do** (*library*). kad-dht cuts a bucket in two wherever it lies, down to \`prefixLength\`, which is 6 unless told otherwise: 64 buckets of 20, so 1,280 devices at most, and of one's own neighbourhood no more than of any other. Up to a thousand nodes
  everybody may know everybody, and a hop is enough. Beyond some ten thousand a device would know 20 of the N/64 that begin as itself does, drawn by who came first: what lies nearest to a key would be known to fewer and fewer, and a put and a look-up end at different holders (*of the 20 nearest, holders*). In the drawn networks of seed 1 that was 97.5 % right at 10,000, 37.5 % at 100,000, and 3 % at a million, where a look-up found in one of two cases what had just been put.
  So \`node/dht-library.ts\` has the bucket cut on that holds one's own place, as in the paper, beside those 64: some 20 devices more each time the network doubles, and the *paper* rows are what holds of it. In a network of 20,000 a device then has the 20 nearest to itself (\`test/unit/node/dht-buckets.test.ts\`).
- **A restart keeps 200** of the table (\`dht-persist.ts\`): half of them whoever is nearest, half from everywhere.
- **Keeping records**: each of R names is at 20 nodes, so a node holds 20 · R / N, as measured; a million names among a million nodes are 20 zones of some 400 bytes. Each holder passes on hourly: 20 puts by each of 20 holders, less those who hear that another one just did. At worst that is 20 · 20 · R / N puts an hour and node, 400 where
  R = N: one in 9 s, each some kB with its stream. It does not grow with N at the same R / N.
- **Connections** cost most: some 15 ms of a processor for a handshake, both ends, and 0.2 MB for each that stays. A device that comes dials up to 60 and then 2 a second of whom it hears; that is the same at any N.
- **Introducers** carry devices, not the network: a registration for each at three of them and places at two, all renewed after two thirds of their life. A million devices are 3 million registrations; at 10,000 for each introducer that is 300 of them, each with some 8 renewals a second, and at 256 places
  each, if all devices were behind NAT, 7,800. So places bound it and not registrations: for a million, every tenth device with an open port would have to be an introducer for some, or places be given only while somebody is expected.
- **Gossip** reaches everybody in about log(N)/log(3) hops beyond the neighbours, at one to three copies for each node. What grows is who speaks: a topic that everybody is in, with one message an hour from each of a million, is 280 messages a second at every node. Rooms and the ledger's topics must stay as large as what a person reads, and zones
  must not be broadcast to all (a network of a million would ask for them only).
- **The ledger's state** is not simulated here. Each name is an entry that every full node keeps; at some 200 bytes a million names are 200 MB and as much to catch up. That, and the entries of a day in the blocks of a day, would ask for light nodes that keep headers and ask for proofs, before anything of the DHT does.`
