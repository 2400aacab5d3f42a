import { KiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { Host, HostReady } from '../host.ts'
import type { HostOptions, Lab } from '../lab.ts'
import type { Remote } from '../remote.ts'
import type { Paths } from '../routes.ts'
import type { Batch, Verdict } from '../texts.ts'

/** Long enough for every wait of ours that a fault sets off; what takes longer is a defect. */
export const PATIENCE_MS = 90_000

export interface Friend {
  readonly name: string
  readonly host: Remote<Host>
  readonly me: HostReady
}

/** A node in its place, which holds a place at an introducer. */
export async function settle(lab: Lab, name: string, options: HostOptions = {}): Promise<Friend> {
  const host = await lab.open(name, options)
  await eventually(`a place for ${name}`, () => holds(host), { withinMs: PATIENCE_MS, everyMs: 100 })
  return { name, host, me: host.ready as HostReady }
}

async function holds(host: Remote<Host>): Promise<boolean> {
  const { introducers } = await host.call('connectivity')
  return introducers.some(({ reservation: { state }, registeredUntilMs }) => state === 'held' && registeredUntilMs !== null)
}

/** The names of the introducers at which this one holds a place. */
export async function placesOf({ host }: Friend): Promise<string[]> {
  const { introducers } = await host.call('connectivity')
  return introducers.filter(({ reservation }) => reservation.state === 'held').map(({ name }) => name)
}

/** The name of the introducer that carries what these two say to each other. */
export async function carrier(lab: Lab, names: readonly string[], a: Friend, b: Friend): Promise<string> {
  const peer = await a.host.call('peer', { peerId: b.me.peerId })
  const name = names.find((one) => lab.introducer(one).peerId === peer?.fuel?.through)
  if (name === undefined) throw new Error(`no introducer carries it: ${JSON.stringify(peer)}`)
  return name
}

/** `a` used `b`'s invitation, and a first message is acknowledged. */
export async function befriend(a: Friend, b: Friend): Promise<void> {
  const link = await b.host.call('invite')
  await a.host.call('meet', { link, withinMs: PATIENCE_MS }, PATIENCE_MS + 5_000)
}

export function pathBetween(a: Friend, b: Friend): Promise<Paths> {
  return a.host.call('paths', { peerId: b.me.peerId })
}

/** A conversation in both directions that goes on while something happens to it. */
export class Talk {
  readonly #a: Friend
  readonly #b: Friend
  readonly #large: Batch
  readonly #small: Batch

  private constructor(a: Friend, b: Friend, label: string, messages: number) {
    this.#a = a
    this.#b = b
    this.#large = { label: `large-${label}`, count: messages, bytes: 16 * KiB }
    this.#small = { label: `small-${label}`, count: 100, bytes: 80 }
  }

  /** Everything is stored on its side when this gives; delivery goes on. */
  static async begin(a: Friend, b: Friend, label: string, messages = 306): Promise<Talk> {
    const talk = new Talk(a, b, label, messages)
    await Promise.all([
      a.host.call('send', { account: b.me.account, batch: talk.#large }),
      b.host.call('send', { account: a.me.account, batch: talk.#small }),
    ])
    return talk
  }

  /** How much of the larger part is acknowledged. */
  async share(): Promise<number> {
    const { label, count } = this.#large
    return (await this.#a.host.call('acknowledged', { label })) / count
  }

  async until(share: number): Promise<void> {
    const isThere = async (): Promise<boolean> => (await this.share()) >= share
    await eventually(`${share * 100} % of it`, isThere, { withinMs: PATIENCE_MS, everyMs: 5 })
  }

  /** Until everything is acknowledged: what arrived, each message once and in its place, or what is wrong with it. */
  async end(): Promise<Verdict[]> {
    const [a, b] = [this.#a, this.#b]
    const withinMs = PATIENCE_MS
    await Promise.all([
      a.host.call('delivered', { label: this.#large.label, withinMs }, withinMs + 5_000),
      b.host.call('delivered', { label: this.#small.label, withinMs }, withinMs + 5_000),
    ])
    return Promise.all([
      b.host.call('judge', { account: a.me.account, batch: this.#large }),
      a.host.call('judge', { account: b.me.account, batch: this.#small }),
    ])
  }
}

export const WHOLE: Verdict[] = [{ outcome: 'whole' }, { outcome: 'whole' }]
