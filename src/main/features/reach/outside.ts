import type { PeerId } from '../../../shared/ids.ts'
import type { Nat, Upnp } from '../../../shared/model/reach.ts'
import { readAddress } from '../../platform/addresses.ts'
import { deadline, type Cancel } from '../../platform/clock.ts'
import { MAX_PROBE_PORTS } from '../../protocols/introduction/index.ts'
import { rankOf, type Introducers } from './introducers.ts'
import * as limits from './limits.ts'
import type { ReachParts } from './parts.ts'
import type { Station, Stations } from './stations.ts'

/** What came of the last probe of this device's ports, for the report. */
export interface ProbeResult {
  readonly atMs: number
  readonly by: PeerId
  readonly ip: string
  readonly ports: readonly { port: number; reached: boolean }[]
}

export interface OutsideHooks {
  readonly natChanged: (nat: Nat) => void
  readonly upnpChanged: (upnp: Upnp) => void
}

const NOBODY_TO_ASK = 'No introducer is known that could be asked.'
const NOT_ASKED: Nat = { kind: 'unknown', seenAs: null, why: NOBODY_TO_ASK, checkedMs: null }

/** How this device looks from outside: its NAT by STUN, its ports by a probe, the router's mapping by UPnP. */
export class Outside {
  readonly #parts: ReachParts
  readonly #introducers: Introducers
  readonly #stations: Stations
  readonly #hooks: OutsideHooks
  readonly #stopping = new AbortController()
  #nat = NOT_ASKED
  #upnp: Upnp
  #asked: { atMs: number; key: string } | null = null
  #asking: Promise<void> | null = null
  /** What the last look heard, whatever it was taken for. */
  #heard: Nat | null = null
  #askAgain: Cancel = () => {}
  #probed: { atMs: number; key: string } | null = null
  #probing: Promise<void> | null = null
  #probeAgain: Cancel = () => {}
  #lastProbe: ProbeResult | null = null

  constructor(parts: ReachParts, introducers: Introducers, stations: Stations, hooks: OutsideHooks) {
    this.#parts = parts
    this.#introducers = introducers
    this.#stations = stations
    this.#hooks = hooks
    this.#upnp = parts.network.upnp()
  }

  get nat(): Nat {
    return this.#nat
  }

  get upnp(): Upnp {
    return this.#upnp
  }

  get lastProbe(): ProbeResult | null {
    return this.#lastProbe
  }

  /** When the sockets of a look at the NAT are closed. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('Latch is stopping'))
    this.#askAgain()
    this.#probeAgain()
    await this.#asking?.catch(() => {})
  }

  /** `host:port` of introducers in use, or of the chosen, if none is: one of each, nearest first, then second ones. */
  stunServers(): string[] {
    const ready = this.#stations.ready().map(({ peerId }) => this.#introducers.get(peerId)).filter((one) => one !== null)
    const chosen = this.#introducers.all().filter((one) => one.enabled && rankOf(one) < 2)
    const lists = (ready.length > 0 ? ready : chosen).map((one) => this.#introducers.stunOf(one))
    const longest = Math.max(0, ...lists.map(({ length }) => length))
    const inTurn = Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1)))
    return [...new Set(inTurn.flat())].slice(0, limits.MAX_STUN_SERVERS)
  }

  /** An introducer is ready, or there is other news of what is around: looks at whatever may be other than before. */
  look(): void {
    this.#lookAtUpnp()
    void this.#lookAtNat('news')
    void this.#probe('news')
  }

  /** Everything anew, whatever was known: another network, or a person asks. */
  async lookAnew(): Promise<void> {
    this.#lookAtUpnp()
    await Promise.all([this.#lookAtNat('anew'), this.#probe('anew')])
  }

  #lookAtUpnp(): void {
    const upnp = this.#parts.network.upnp()
    if (upnp.state === this.#upnp.state && upnp.address === this.#upnp.address) return
    this.#upnp = upnp
    this.#hooks.upnpChanged(upnp)
  }

  async #lookAtNat(why: 'news' | 'anew'): Promise<void> {
    const { clock } = this.#parts
    const servers = this.stunServers()
    if (this.#stopping.signal.aborted || servers.length === 0) return
    if (this.#asking !== null) return this.#asking
    const agoMs = this.#asked === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() - this.#asked.atMs
    const isSure = this.#nat.kind !== 'unknown' && this.#nat.kind !== 'udp-blocked'
    // An introducer that answers over TCP makes silence over UDP mean something.
    const key = [...servers, this.#stations.ready().length > 0].join(' ')
    const isNews = !isSure && this.#asked?.key !== key
    if (why === 'news' && !isNews && agoMs < limits.NAT_EVERY_MS) return
    if (agoMs < limits.NAT_LEAST_MS) {
      // What was heard a moment ago may mean something now.
      if (this.#heard !== null) this.#judge(this.#heard)
      return this.#askLater(limits.NAT_LEAST_MS - agoMs)
    }
    this.#asked = { atMs: clock.monotonicMs(), key }
    this.#asking = this.#ask(servers).finally(() => (this.#asking = null))
    return this.#asking
  }

  async #ask(servers: readonly string[]): Promise<void> {
    const nat = await this.#parts.probeNat(servers, limits.NAT_TIMEOUT_MS, this.#stopping.signal)
    if (this.#stopping.signal.aborted) return
    this.#heard = nat
    this.#judge(nat)
    this.#askLater(limits.NAT_EVERY_MS)
  }

  /** Silence says that UDP is blocked only when somebody is there: an introducer that answers over TCP. */
  #judge(heard: Nat): void {
    const isSilence = heard.kind === 'udp-blocked' && this.#stations.ready().length === 0
    const judged: Nat = isSilence ? { ...heard, kind: 'unknown', why: 'No introducer answered at all.' } : heard
    if (judged.kind === this.#nat.kind && judged.checkedMs === this.#nat.checkedMs) return
    this.#nat = judged
    this.#hooks.natChanged(judged)
  }

  #askLater(waitMs: number): void {
    this.#askAgain()
    this.#askAgain = this.#parts.clock.after(waitMs, () => void this.#lookAtNat('anew'))
  }

  async #probe(why: 'news' | 'anew'): Promise<void> {
    const { clock } = this.#parts
    const station = this.#prober()
    if (station === null || this.#stopping.signal.aborted) return
    if (this.#probing !== null) return this.#probing
    const seen = station.observed === null ? null : readAddress(station.observed)
    const ports = this.#ports()
    // Seen at a private address, it is the introducer that is near, and it cannot tell for the rest of the world.
    if (seen === null || seen.ip === null || seen.reach !== 'public' || ports.length === 0) return
    const key = [seen.ip, ...ports.map(({ port }) => port)].join(' ')
    const agoMs = this.#probed === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() - this.#probed.atMs
    if (why === 'news' && key === this.#probed?.key && agoMs < limits.PROBE_EVERY_MS) return
    if (agoMs < limits.PROBE_LEAST_MS) {
      return this.#probeLater(limits.PROBE_LEAST_MS - agoMs, why)
    }
    this.#probed = { atMs: clock.monotonicMs(), key }
    this.#probing = this.#probeAt(station, seen.ip, ports).finally(() => (this.#probing = null))
    return this.#probing
  }

  #probeLater(waitMs: number, why: 'news' | 'anew'): void {
    if (this.#stopping.signal.aborted) return
    this.#probeAgain()
    this.#probeAgain = this.#parts.clock.after(waitMs, () => void this.#probe(why))
  }

  /** The nearest; one that somebody here chose before one that was learnt, as it is taken at its word. */
  #prober(): Station | null {
    const ready = this.#stations.ready()
    const isChosen = ({ peerId }: Station): boolean => rankOf(this.#introducers.get(peerId) ?? { origin: 'learnt' }) < 2
    return ready.find(isChosen) ?? ready[0] ?? null
  }

  async #probeAt(station: Station, ip: string, ports: readonly Port[]): Promise<void> {
    const { clock, log, network, protocol } = this.#parts
    const { peerId, ending } = station
    const parent = AbortSignal.any([ending.signal, this.#stopping.signal])
    const { signal, release } = deadline(clock, limits.EXCHANGE_TIMEOUT_MS, 'a probe', parent)
    try {
      const results = await protocol.probe(peerId, ports.map(({ port }) => port), signal)
      // Only what was asked for: it does not choose what this device tells others.
      const isReached = (port: number): boolean => results.some((result) => result.port === port && result.reached)
      for (const { port, after } of ports) {
        if (isReached(port)) network.confirm(`/${ip.includes(':') ? 'ip6' : 'ip4'}/${ip}/tcp/${port}${after}`)
      }
      const told = ports.map(({ port }) => ({ port, reached: isReached(port) }))
      this.#lastProbe = { atMs: clock.nowMs(), by: peerId, ip, ports: told }
      log.info({ ports: this.#lastProbe.ports }, 'tried from outside')
    } catch (error) {
      log.debug({ peerId, error }, 'not tried from outside')
      this.#probed = { atMs: clock.monotonicMs(), key: '' }
      this.#probeLater(limits.PROBE_EVERY_MS, 'news')
    } finally {
      release()
    }
  }

  /** Ports that may be open to the outside, with what follows them in an address: `/ws`. Mapped ones come first. */
  #ports(): Port[] {
    const { network } = this.#parts
    const mapped = this.#upnp.address === null ? [] : [this.#upnp.address]
    const known = [...mapped, ...network.listening()].map((text) => ({ text, read: readAddress(text) }))
    const portOf = (port: number): Port => {
      const at = known.find(({ read }) => read?.tcpPort === port && read.reach !== 'relayed')?.read
      return { port, after: at?.address.split(`/tcp/${port}`)[1] ?? '' }
    }
    const first = known.slice(0, mapped.length).map(({ read }) => read?.tcpPort ?? null)
    const ports = [...first, ...network.tcpPorts()].filter((port) => port !== null)
    return [...new Set(ports)].slice(0, MAX_PROBE_PORTS).map(portOf)
  }
}

interface Port {
  readonly port: number
  readonly after: string
}
