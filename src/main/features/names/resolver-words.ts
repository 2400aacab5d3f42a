import type { Lookup } from '../../../shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../shared/units.ts'
import type { Hunted } from './resolver-types.ts'

/** The last step of a look-up. */
export const doneWords = {
  found: 'It was found.',
  nobody: 'Nobody has it.',
  'no-zone': 'It is owned, and points nowhere.',
  'catching-up': 'Whose it is can be said when the ledger here is up to date.',
  refused: 'It does not resolve here and now.',
  unreachable: 'It is owned, and where it points could not be had.',
} as const satisfies Record<Lookup['outcome']['outcome'], string>

export function whyGrace(fullName: string): string {
  return `The term of ${fullName} is over: only its owner may renew it now, and it resolves for nobody.`
}

export function whyEnding(fullName: string): string {
  return `The term of ${fullName} ends soon: until its owner renews it, it resolves for their contacts alone.`
}

export function whyClockIsBehind(byMs: number): string {
  return `The clock of this device is ${span(byMs)} behind the last block of the network: set it, and look again.`
}

/** Why nothing valid was had, though the name is owned. */
export function whyNothingCame({ asked, nothing, refused, unknown, outOfTime }: Hunted, hasStale: boolean): string {
  const kept = hasStale ? ' What is kept of it here is too old to be given as an answer.' : ''
  if (outOfTime !== null) return `Only a zone that does not count came: ${lower(outOfTime)}${kept}`
  if (unknown) return `A zone came, and the ledger here cannot say yet whether its owner signed it.${kept}`
  if (asked === 0) return `Nobody who could know is connected.${kept}`
  const answered = nothing.count + refused.size
  if (answered === 0) return `None of the ${peers(asked)} asked answered in time.${kept}`
  if (refused.size > 0) return `Of ${peers(asked)} asked none had a zone that holds; some answered with what was false.${kept}`
  if (nothing.count === 1) return `No device of its owner answered, and the one peer that did has no zone of it.${kept}`
  return `Of ${peers(asked)} asked ${nothing.count} answered, and none of them has a zone of it.${kept}`
}

function peers(count: number): string {
  return count === 1 ? '1 peer' : `${count} peers`
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

function span(ms: number): string {
  const units = [[DAY, 'day'], [HOUR, 'hour']] as const
  const [size, unit] = units.find(([each]) => ms >= 1.5 * each || Math.round(ms / each) === 1) ?? [MINUTE, 'minute']
  const count = Math.max(1, Math.round(ms / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
