import type { PrivateKey } from '@libp2p/interface'
import { createSignedStore } from '../features/consensus/index.ts'
import { safetyWords } from '../features/contacts/index.ts'
import type { Keyring } from '../features/identity/types.ts'
import { createLedger, createNetworks, createSync, serveLedger, type Hex } from '../features/ledger/index.ts'
import type { LedgerFeature, NetworksFeature, Running, Sync } from '../features/ledger/types.ts'
import { createSquare } from '../features/square/index.ts'
import type { SquareFeature } from '../features/square/types.ts'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import type { NetworkId } from '../../shared/model/ledger.ts'
import { digestOfCid } from '../platform/cbor.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Gossip } from '../platform/gossip.ts'
import type { Log } from '../platform/log.ts'
import type { Offence, PeerStreams } from '../platform/streams.ts'
import { VerifyPool } from '../platform/verify-pool.ts'
import { createConsensusProtocol } from '../protocols/consensus/index.ts'
import { createLedgerProtocol } from '../protocols/ledger/index.ts'
import { createAgreement } from './agreement.ts'
import { DEMO_LABEL } from './demo-replies.ts'

export interface LedgerRoomParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  readonly jitter: () => number
  readonly offence: Offence
  readonly gossip: Gossip
  readonly keyring: Pick<Keyring, 'accountKey' | 'deviceKey'>
  readonly me: { readonly account: AccountId; readonly peerId: PeerId; name(): string }
  readonly dial: (peerId: PeerId, addresses: readonly string[], signal: AbortSignal) => Promise<unknown>
  readonly connectedPeers: () => readonly PeerId[]
  /** Where this device listens. */
  readonly addresses: () => readonly string[]
  readonly isBlocked: (account: AccountId) => boolean
  /** Whether this account is the demonstration peer of this device, now or before. */
  readonly isDemo: (account: AccountId) => boolean
}

/** All that belongs to one network: which it is, its ledger with those who decide, its public rooms. */
export interface LedgerRoom {
  readonly ledger: LedgerFeature
  readonly networks: NetworksFeature
  readonly square: SquareFeature
  start(): Promise<void>
  stop(): Promise<void>
}

/** What follows the active network now. */
interface Followed {
  readonly running: Running
  readonly sync: Sync
}

/** Serves its protocols from now on; nothing else runs before `start`. Errors: those of `PeerStreams.serve`. */
export async function createLedgerRoom(parts: LedgerRoomParts): Promise<LedgerRoom> {
  const { clock, database, gossip, jitter, keyring, me, offence, random, streams } = parts
  const log = parts.log.child('ledger')
  const protocol = createLedgerProtocol({ streams, clock, offence })
  const verifier = new VerifyPool()
  let followed: Followed | null = null
  let unfollow = (): void => {}

  const agreement = await createAgreement({
    protocol: createConsensusProtocol({ streams, clock, offence }),
    clock,
    log: parts.log.child('consensus'),
    store: createSignedStore(database),
    offence,
    key: keyring.deviceKey,
  })
  const networks = createNetworks({
    database,
    clock,
    log,
    me: { peerId: me.peerId, deviceKey: keyring.deviceKey },
    name: () => me.name(),
    addresses: parts.addresses,
    fetchGenesis: (by, id) => protocol.genesis(by, hexOf(id)),
    use: async (genesis, label) => {
      await ledger.use(genesis, label)
      square.use(ledger.network())
    },
    // Names of others too: who decides alone and goes away takes their ledger with them.
    isEmptyOfMine: (id) => ledger.network() === id && namesOfPeople() === 0 && isEmptyOf(me.account),
  })
  const ledger = createLedger({
    database,
    clock,
    log,
    random,
    me: { account: me.account, peerId: me.peerId, accountKey: keyring.accountKey, deviceKey: keyring.deviceKey },
    agreement,
    gossip,
    openSync(running, lied, passOn) {
      const decidesAlone = (): boolean => isOnlyValidator(running, keyring.deviceKey)
      const sync = createSync({ running, protocol, clock, log, verifier, lied, random: jitter, decidesAlone, passOn })
      followed = { running, sync }
      return sync
    },
    verifier,
    offence,
    dial: parts.dial,
    connectedPeers: parts.connectedPeers,
    hints: (id) => networks.hints(id),
    active: () => networks.active(),
  })
  const square = createSquare({
    gossip,
    streams,
    database,
    clock,
    log: parts.log.child('square'),
    random,
    offence,
    me: me.account,
    accountKey: keyring.accountKey,
    name: () => me.name(),
    safetyWords: (account) => safetyWords(me.account, account),
    isBlocked: parts.isBlocked,
  })
  await serveLedger({
    protocol,
    clock,
    log,
    runningOf: (network) => runningAs(network)?.running ?? null,
    heard: (network, peerId, head) => runningAs(network)?.sync.heard(peerId, head),
  })

  function runningAs(network: Hex): Followed | null {
    return followed?.running.network === network ? followed : null
  }

  /** The ledger shows what this person calls the network. */
  function relabel({ id, label }: { id: NetworkId; label: string }): void {
    if (ledger.network() !== id) return
    ledger.use(networks.active().genesis, label).catch((error: unknown) => log.warn({ error }, 'a network kept its old name'))
  }

  /** The demonstration peer goes with this device, and takes its name wherever it comes. */
  function namesOfPeople(): number {
    const owner = ledger.name(DEMO_LABEL)?.owner
    return ledger.head().names - (owner !== undefined && parts.isDemo(owner) ? 1 : 0)
  }

  function isEmptyOf(account: AccountId): boolean {
    return ledger.names(account).length === 0 && ledger.entries({ account, waiting: true, limit: 1 }).length === 0
  }

  return {
    ledger,
    networks,
    square,
    async start() {
      unfollow = networks.subscribe((event) => {
        if (event.event === 'network-changed' && event.network.active) relabel(event.network)
      })
      await ledger.start()
      await square.start()
      square.use(ledger.network())
    },
    async stop() {
      unfollow()
      await square.stop()
      await ledger.stop()
      agreement.close()
      await verifier.close()
    },
  }
}

function isOnlyValidator({ chain }: Running, { publicKey }: PrivateKey): boolean {
  const { validators } = chain.state.roster
  return validators.length === 1 && validators[0]?.key === Buffer.from(publicKey.raw).toString('hex')
}

function hexOf(id: NetworkId): Hex {
  return Buffer.from(digestOfCid(id)).toString('hex')
}
