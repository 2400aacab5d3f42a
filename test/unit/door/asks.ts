import { nothingMore, type About, type Capability, type Knock } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { House } from './street.ts'

/** `from` knocks at `at`; the question that stands there then. */
export async function knocks(
  from: House,
  at: House,
  capability: Capability = 'contact',
  about: Partial<About> = {},
): Promise<Knock> {
  const sent = await from.door.knock({ peerId: at.peerId }, capability, 'hello', about)
  const whole = JSON.stringify({ ...nothingMore, ...about })
  const isIt = (knock: Knock): boolean =>
    knock.account === from.account && knock.capability === capability && JSON.stringify(knock.about) === whole
  const knock = at.door.pending().find(isIt)
  if (knock === undefined) throw new Error(`nobody is at the door: ${sent.state}, ${sent.why}`)
  return knock
}

/** What the door of `at` says to a request that is named inside a stream. */
export async function lets(
  at: House,
  from: House,
  capability: Capability,
  about: Partial<About> = {},
): Promise<string> {
  at.street.connect(from, at.peerId)
  const seen = at.street.seen(from, at)
  const admission = await at.door.admits(capability, seen, { ...nothingMore, ...about }, new AbortController().signal)
  return admission.verdict === 'allow' ? 'allow' : admission.code
}

/** The newest knock of `house` comes to this. */
export function hears(house: House, state: string): Promise<unknown> {
  return eventually(`${house.name} hears ${state}`, () => house.door.sent()[0]?.state === state)
}

export function stateAt(house: House, { id }: Pick<Knock, 'id'>): Knock['state'] | undefined {
  return [...house.door.pending(), ...house.door.recent()].find((knock) => knock.id === id)?.state
}
