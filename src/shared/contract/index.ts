import { apps } from './apps.ts'
import { backup } from './backup.ts'
import { browse } from './browse.ts'
import { chat } from './chat.ts'
import { contacts } from './contacts.ts'
import { copies } from './copies.ts'
import { devices } from './devices.ts'
import { door } from './door.ts'
import { exit } from './exit.ts'
import { files } from './files.ts'
import { groups } from './groups.ts'
import { identity } from './identity.ts'
import { ledger } from './ledger.ts'
import { mailbox } from './mailbox.ts'
import { names } from './names.ts'
import { networks } from './networks.ts'
import { node } from './node.ts'
import { peers } from './peers.ts'
import { reach } from './reach.ts'
import { routing } from './routing.ts'
import { search } from './search.ts'
import { settings } from './settings.ts'
import { sites } from './sites.ts'
import { square } from './square.ts'
import { updates } from './updates.ts'

/**
 * What Latch can be asked, in one typed value: `feature.verb`. Answered once, by `main/control/router.ts`; reached over
 * an Electron MessagePort, WebSocket and HTTP (OpenAPI). The window, the command line and other programs are its clients.
 */
export const contract = {
  identity, contacts, peers, reach, door, chat, groups, files, search, mailbox, devices, backup, ledger, networks, names, routing, sites, browse, copies, exit, square, apps, settings, updates, node,
}
export type Contract = typeof contract
