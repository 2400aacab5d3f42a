import { LatchError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { LedgerEntry } from '../../../shared/model/blocks.ts'
import { Feed } from '../../platform/feed.ts'
import { keyOf, networkIdOf } from './bytes.ts'
import { type Genesis, networkOf } from './genesis.ts'
import { checkRecord } from './live/evidence.ts'
import { LiveNetwork } from './live/network.ts'
import type { LedgerParts } from './live/parts.ts'
import { accountRecord } from './state.ts'
import type { LedgerEvent, LedgerFeature } from './types.ts'
import { nameOnLedger, namesOfAccount, ownerOf } from './views.ts'

export type { LedgerParts } from './live/parts.ts'

/**
 * The ledger of the active network: nothing runs before `start` and after `stop`. One network at a time; what is known of
 * the others stays in the database.
 *
 *   live/network      one network that is followed, and what belongs to it
 *   live/running      its chain and its pool: the one way in        live/entry-places  which entry lies where
 *   live/turns        what a validator does now, pure               live/slots         does it
 *   live/broadcast    what is passed on                             live/company       who is kept connected
 *   live/desk, author entries of this account                       live/own           what a restart would lose of them
 *   live/evidence     who signed two values                         live/accuser       enters it on the ledger
 *   live/reading, status, standing, rounds, forks                   what is shown
 */
export function createLedger(parts: LedgerParts): LedgerFeature {
  const { clock, log, me, agreement } = parts
  const feed = new Feed<LedgerEvent>((error) => log.error({ error }, 'a listener to the ledger failed'))
  let current: LiveNetwork | null = null
  let isStopped = false
  /** Opening and closing, one after another. */
  let turning: Promise<void> = Promise.resolve()

  function running(): LiveNetwork {
    if (current === null) throw new LatchError('BUSY', 'The ledger is being opened or closed.')
    return current
  }

  function opened(genesis: Genesis, label: string): LiveNetwork {
    const network: LiveNetwork = new LiveNetwork(parts, genesis, label, (event) => {
      if (current === network) feed.publish(event)
    })
    return network
  }

  function begin(network: LiveNetwork): void {
    current = network
    network.begin()
  }

  async function close(): Promise<void> {
    const closing = current
    current = null
    await closing?.close()
  }

  function inTurn(run: () => Promise<void> | void): Promise<void> {
    const done = turning.then(run)
    turning = done.catch(() => {})
    return done
  }

  return {
    start: () =>
      inTurn(() => {
        const { genesis, label } = parts.active()
        if (current === null) begin(opened(genesis, label))
      }),
    stop: () => {
      isStopped = true
      return inTurn(close)
    },
    use: (genesis, label) =>
      inTurn(async () => {
        if (isStopped) throw new LatchError('BUSY', 'Latch is stopping.')
        if (current?.running.network === networkOf(genesis)) return current.relabel(label)
        // One that is damaged leaves the present one as it is.
        const next = opened(genesis, label)
        const before = current
        await close()
        try {
          begin(next)
        } catch (error) {
          // A full disk, say. Whoever calls goes on with the network before, and so does this.
          await close()
          if (before !== null) begin(opened(before.running.genesis, before.label))
          throw error
        }
        feed.publish({ event: 'network-changed', snapshot: running().snapshot() })
      }),
    head: () => running().status(),
    tip: () => current?.standing.tip() ?? { block: null, height: 0, atMs: 0, sync: { state: 'looking' } },
    blocks: (before, limit) => running().reading.lines(before, limit),
    block: (block) => running().reading.facts(block),
    entries({ account, waiting, limit }) {
      const { reading } = running()
      const key = account === undefined ? undefined : keyIn(account)
      const first: LedgerEntry[] = reading.waiting(limit, key)
      return waiting ? first : [...first, ...reading.settled(limit - first.length, key)]
    },
    entry: (id) => running().entry(id),
    prove: (id) => running().reading.prove(id),
    submit: async (what, signal) => running().submit(what, signal),
    read: (entry) => running().reading.read(entry),
    names(account = me.account) {
      const { chain, genesis } = running().running
      return namesOfAccount(chain.state, account, clock.nowMs(), genesis)
    },
    name(name) {
      const { chain, genesis } = running().running
      return nameOnLedger(chain.state, name, clock.nowMs(), genesis)
    },
    offers: () => running().standing.offers(),
    isEnded() {
      const { reading, running: at } = running()
      return accountRecord(at.chain.state, reading.account).revokedMs !== null
    },
    revocation: async () => running().author.revocation(),
    proveName: (name) => running().reading.proveName(name),
    validators: () => running().standing.validators(),
    rounds: () => running().rounds.list(),
    forks: () => running().forks.list(),
    evidence: () => running().evidence.list(),
    checkEvidence: (record) => checkRecord(agreement, record),
    validate: async (fromHeight, peers, signal) => running().validate(fromHeight, peers, signal),
    watch: (signal) => feed.watch(() => running().snapshot(), signal),

    ownerOf(fullName) {
      if (current === null || !current.standing.isReady) return 'unknown'
      const { chain, genesis } = current.running
      return ownerOf(chain.state, fullName, clock.nowMs(), genesis)
    },
    namesOf(account) {
      // As little as a name is answered from a chain that is behind, somebody is let in by it.
      if (current === null || !current.standing.isReady) return []
      const { chain, genesis } = current.running
      const held = namesOfAccount(chain.state, account, clock.nowMs(), genesis)
      // In the time of grace nobody is believed to be who they were.
      return held
        .filter(({ phase }) => phase !== 'grace')
        .map(({ name, sinceMs }) => ({ name: `${name}.${genesis.tld}`, sinceMs }))
    },
    network: () => networkIdOf(current?.running.network ?? networkOf(parts.active().genesis)),
    genesis: () => current?.running.genesis ?? parts.active().genesis,
    isValidator: (peerId) => current?.standing.isRosterPeer(peerId) ?? false,
    connected: (peerId) => current?.connected(peerId),
    disconnected: (peerId) => current?.disconnected(peerId),
    subscribe: (listener) => feed.subscribe(listener),
  }
}

/** *Errors*: LatchError BAD_INPUT. */
function keyIn(account: AccountId): string {
  const key = keyOf(account)
  if (key === null) throw new LatchError('BAD_INPUT', 'No ledger knows accounts of this kind.')
  return key
}
