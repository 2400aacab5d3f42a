import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, type Database } from '../platform/database.ts'
import type { DataFiles } from '../platform/data-folder.ts'
import type { AccountId } from '../../shared/ids.ts'
import type { Settings } from '../../shared/model/settings.ts'
import { SECOND } from '../../shared/units.ts'
import { delay } from '../platform/clock.ts'
import { createNode } from './create-node.ts'
import { openDatastore } from './datastore.ts'
import type { DemoPeer } from './demo-peer.ts'
import type { Libp2pNode } from './libp2p-node.ts'
import type { Closing, NodeParts, RunningNode } from './node-parts.ts'
import type { Household, NodeConfig } from './types.ts'
import { createUpdatesRoom } from './updates-room.ts'

export interface HouseParts extends Pick<NodeParts, 'identity' | 'keyring' | 'noise' | 'clock' | 'log' | 'ownPorts' | 'random'> {
  readonly config: NodeConfig
  readonly files: DataFiles
  /** The account is older than this start, and so should be its database. */
  readonly hadAccount: boolean
}

/** A household with its files, and what a person switches while it runs: local network, UPnP, demonstration. */
export interface House {
  readonly household: Household
  readonly libp2p: Libp2pNode
  warnings(): string[]
  closing(): Closing[]
}

/** How long after the first peer can connect the rest joins. Loading it takes some 0.3 s of this thread. */
const REST_AFTER_MS = SECOND / 4

/** Resolves when the first peer can connect. Everything else joins in the background. */
export async function openHouse(parts: HouseParts): Promise<House> {
  const { config, clock, files, identity, keyring, log } = parts
  let demo: DemoPeer | null = null
  const isDemo = (account: AccountId): boolean => demo?.account === account
  // Opened on another thread while SQLite is opened on this one.
  const opening = openDatastore(files.datastore, clock)
  opening.catch(() => {})
  const lost = parts.hadAccount && !existsSync(files.database) ? [lostHistory(files.database)] : []
  let database: Database | null = null
  let node: RunningNode
  try {
    database = openDatabase(files.database, keyring.databaseKey)
    const { datastore } = await opening
    node = await createNode({ ...parts, database, datastore, isDemo })
  } catch (error) {
    database?.close()
    await opening.then(({ close }) => close()).catch(() => {})
    throw error
  }
  const opened = { database, datastore: await opening }
  const { libp2p, reaching } = node
  const updates = createUpdatesRoom({ ...parts, database, browse: () => node.household.browse })
  const household: Household = { ...node.household, updates }

  const failures = new Map<string, string>()
  const closing = new AbortController()
  // The window's first questions, or the first line of the command line, come before what nobody waits for.
  let background: Promise<void> = delay(clock, REST_AFTER_MS, closing.signal).catch(() => {})
  inBackground('a part of the network', async () => {
    await libp2p.joinRest()
    await reaching.begin()
  })
  follow(household.settings.get())
  const unfollow = household.settings.subscribe(follow)

  return {
    household,
    libp2p,
    warnings: () => [...lost, ...opened.datastore.warnings, ...libp2p.warnings(), ...reaching.warnings(), ...failures.values()],
    closing: () => [
      {
        what: 'what runs in the background',
        async stop() {
          closing.abort()
          unfollow()
          await background
        },
      },
      { what: 'the demonstration peer', stop: stopDemo },
      { what: 'looking for newer versions', stop: () => updates.stop() },
      ...node.closing(),
      { what: 'the peer store', stop: () => opened.datastore.close() },
      { what: 'the database', stop: async () => opened.database.close() },
    ],
  }

  /** Brings what runs in line with the settings, one after another and in the order in which they were chosen. */
  function follow(settings: Settings): void {
    const { services } = config
    inBackground('the local network', () => libp2p.setLan(services.lan && settings.lan))
    inBackground('UPnP', () => libp2p.setUpnp(services.upnp && settings.upnp))
    inBackground('the demonstration peer', () => (services.demo && settings.demo ? startDemo() : stopDemo()))
  }

  function inBackground(what: string, run: () => Promise<void>): void {
    background = background.then(async () => {
      if (closing.signal.aborted) return
      try {
        failures.delete(what)
        await run()
      } catch (error) {
        log.warn({ what, error }, 'could not be switched')
        failures.set(what, `Not available here: ${what}. The log has the reason.`)
      }
    })
  }

  async function startDemo(): Promise<void> {
    if (demo !== null) return
    const { openDemoPeer } = await import('./demo-peer.ts')
    const { account, peerId } = identity.me()
    const { ledger, networks } = household
    const owner = { account, peerId, ledger, networks }
    const begun = await openDemoPeer({ ...parts, folder: join(files.datastore, '..', 'demo'), owner })
    demo = begun
    if (household.door.blocked().includes(begun.account)) return
    libp2p.network.found(begun.peerId, [begun.address], 'demo')
    const connected = () => household.peers.connect(begun.peerId)
    // Somebody may be dialling where it listened before.
    await connected().catch(connected)
    begun.begin()
  }

  async function stopDemo(): Promise<void> {
    const stopping = demo?.closing() ?? []
    demo = null
    for (const { stop } of stopping) await stop()
  }
}

/** Also after somebody followed the advice to move a damaged database away: then it says what that meant. */
function lostHistory(database: string): string {
  return `${database} was not there at this start, and a new one was begun: messages, contacts and rules are empty. If you have the old file, stop Latch and put it back.`
}
