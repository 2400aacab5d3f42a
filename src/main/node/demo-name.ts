import { isDeepStrictEqual } from 'node:util'
import type { AccountId, PeerId } from '../../shared/ids.ts'
import type { NetworkId } from '../../shared/model/ledger.ts'
import { ZoneLabel, type ZoneRecord } from '../../shared/model/names.ts'
import { SiteName } from '../../shared/model/sites.ts'
import type { Log } from '../platform/log.ts'
import { DEMO_LABEL, DEMO_TEXT } from './demo-replies.ts'
import type { Household } from './types.ts'

/** Dearer than what a name costs in a network that Latch makes, so that nobody's machine works for a toy for hours. */
const MAX_BITS = 22

/** Networks of the owner that are remembered here, besides its own: the other ones are joined again when they are used. */
const MAX_REMEMBERED = 16

export interface DemoNameParts {
  /** Whose network it is. */
  readonly owner: Pick<Household, 'ledger' | 'networks'>
  readonly house: Pick<Household, 'ledger' | 'names' | 'networks' | 'sites'>
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
  /** Where the demonstration peer listens now: it may be another port than before. */
  readonly address: string
  /** The folder that opens under the name. */
  readonly site: string
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * The demonstration peer goes with its owner into a network in which the owner alone decides, takes a name there, and lets
 * it point at itself and show a site, so that somebody who is alone finds a name to look up and to open. In a network of several it takes nothing.
 * Ends with the signal.
 */
export function keepDemoName(parts: DemoNameParts): void {
  const { house, log, owner, signal } = parts
  /** A name was refused there in this run: asking again would be answered the same. */
  const refusedIn = new Set<NetworkId>()
  let isLooking = false
  let isToLookAgain = false

  /** The claim goes on where it was made; what is over is waiting for it. */
  let waiting = new AbortController()
  const moved = (): void => {
    if (owner.networks.active().network !== house.networks.active().network) waiting.abort()
    look()
  }
  const ends = [owner.networks.subscribe(moved), house.ledger.subscribe(look)]
  signal.addEventListener('abort', () => ends.forEach((end) => end()), { once: true })
  look()

  function look(): void {
    isToLookAgain = true
    if (isLooking) return
    isLooking = true
    void lookUntilDone()
  }

  async function lookUntilDone(): Promise<void> {
    while (isToLookAgain && !signal.aborted) {
      isToLookAgain = false
      try {
        await goOn()
      } catch (error) {
        // What changed meanwhile, or changes next, is looked at anew.
        if (!signal.aborted) log.info({ error }, 'the name of the demonstration peer is not kept for now')
      }
    }
    isLooking = false
  }

  async function goOn(): Promise<void> {
    const network = ownNetwork(owner)
    if (network === null || refusedIn.has(network)) return
    if (house.networks.active().network !== network) await follow(network)
    if (house.ledger.tip().sync.state !== 'ready') return
    const held = house.ledger.name(DEMO_LABEL)
    if (held === null) return claim(network)
    if (held.owner !== parts.me.account) return
    if (held.phase === 'grace') return renew()
    await pointAtSelf()
    await showSite()
    if (held.phase === 'ending') await renew()
  }

  async function follow(network: NetworkId): Promise<void> {
    const known = house.networks.list().filter(({ active, origin }) => !active && origin !== 'own')
    for (const { id } of known.slice(0, Math.max(0, known.length - MAX_REMEMBERED))) house.networks.forget(id)
    const { link } = await owner.networks.link(network)
    await house.networks.join(link, true)
  }

  async function claim(network: NetworkId): Promise<void> {
    const { rules } = house.ledger.genesis()
    if (Math.max(rules.entryBits, rules.nameBits) > MAX_BITS) return
    waiting = new AbortController()
    for await (const step of house.names.claim(DEMO_LABEL, AbortSignal.any([signal, waiting.signal]))) {
      if (step.step !== 'refused') continue
      refusedIn.add(network)
      log.info({ why: step.why }, 'the demonstration peer has no name here')
    }
    isToLookAgain = true
  }

  async function renew(): Promise<void> {
    const isUnderWay = house.ledger.entries({ account: parts.me.account, waiting: true, limit: 1 }).length > 0
    if (isUnderWay) return
    const renewed = await house.names.renew(DEMO_LABEL, signal)
    if (renewed.outcome === 'refused') log.info({ why: renewed.why }, 'the name of the demonstration peer was not renewed')
  }

  async function pointAtSelf(): Promise<void> {
    const records = demoRecords(parts)
    const zone = await house.names.zone(DEMO_LABEL)
    if (zone !== null && isDeepStrictEqual(zone.records, records)) return
    const set = await house.names.setZone(DEMO_LABEL, { records })
    if (set.outcome === 'refused') log.warn({ why: set.why }, 'the zone of the demonstration peer was refused')
  }

  async function showSite(): Promise<void> {
    const name = SiteName.parse(`${DEMO_LABEL}.${house.ledger.genesis().tld}`)
    const source = { kind: 'folder', path: parts.site, fallback: false } as const
    // The data folder may lie elsewhere than when it was published.
    const shown = house.sites.list().find((site) => site.name === name)
    if (house.sites.isHere(name) && isDeepStrictEqual(shown?.source, source)) return
    await house.sites.publish({ name, source, audience: 'anyone', copies: false })
  }
}

/** The network in which the owner is now, where this device decides alone; null where others decide too. */
function ownNetwork({ ledger, networks }: DemoNameParts['owner']): NetworkId | null {
  const { network } = networks.active()
  const [validator, ...others] = ledger.network() === network ? ledger.validators() : []
  return validator?.mine === true && others.length === 0 ? network : null
}

/** Where `hello.peer` points. */
function demoRecords({ address, me }: Pick<DemoNameParts, 'address' | 'me'>): ZoneRecord[] {
  const label = ZoneLabel.parse('@')
  return [
    { label, kind: 'peer', peerId: me.peerId, addresses: [address] },
    { label, kind: 'text', text: DEMO_TEXT },
    { label, kind: 'site', cid: null },
  ]
}
