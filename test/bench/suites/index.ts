import type { Figure } from '../report.ts'
import type { Size } from '../size.ts'
import { chat } from './chat.ts'
import { connect } from './connect.ts'
import { door } from './door.ts'
import { flood } from './flood.ts'
import { gossip } from './gossip.ts'
import { ledger } from './ledger.ts'
import { message } from './message.ts'
import { names } from './names.ts'
import { reach } from './reach.ts'
import { sites } from './sites.ts'
import { start } from './start.ts'
import { window } from './window.ts'

export interface Suite {
  readonly run: (size: Size) => Promise<Figure[]>
  /** What it measures, beside what, in a sentence or two. */
  readonly about: string
  /** It needs a user, a display and an Electron, which only `npm run bench` prepares. */
  readonly inWindow?: true
  /** It is part of another suite, and runs alone only where it is asked for. */
  readonly inOther?: true
}

/** In the order of the report. */
export const suites: Readonly<Record<string, Suite>> = {
  start: { run: start, about: 'The headless node from the start of its process until it can be used, beside a bare Node.' },
  window: {
    run: window,
    inWindow: true,
    about: 'The desktop app from the start of its process to its first paint and to a window that can be used, its memory and what it does at rest, beside an Electron with one empty window.',
  },
  flood: {
    run: flood,
    inWindow: true,
    about: 'A key in the window while 1,000 strangers knock 10,000 times within ten seconds and a contact sends 1 GiB, and a contact’s knock in their midst.',
  },
  connect: { run: connect, about: 'From nothing to the first answer over a link of 25 ms each way, in round trips of that link, beside raw TLS 1.3 and libp2p with stock settings.' },
  message: { run: message, inOther: true, about: 'A message to its acknowledgement, beside a round trip of raw TLS 1.3 and of a stream of libp2p with stock settings.' },
  chat: {
    run: chat,
    inWindow: true,
    about: 'Messages, two years of them, search and files: on disks, between processes and in a window; beside raw TLS 1.3, a stream of libp2p with stock settings, and hyperdht.',
  },
  door: { run: door, about: 'What a decision of the door costs with many rules, its log, and a crowd before it.' },
  reach: { run: reach, about: 'Ways to each other: introducers, relays, and direct ones; beside libp2p’s own relay and hyperdht.' },
  gossip: { run: gossip, inOther: true, about: 'News to all of a network.' },
  ledger: { run: ledger, about: 'Blocks, consensus, a first synchronisation, proofs, and gossip.' },
  names: { run: names, about: 'Look-ups of a name, cold and warm, in networks of several sizes and over links of 25 ms; beside hyperdht, bittorrent-dht and pkarr.' },
  sites: { run: sites, about: 'Pages, downloads and visitors of a site, beside the same files over HTTPS on this machine and raw TLS 1.3.' },
}
