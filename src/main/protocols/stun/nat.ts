import type { Nat } from '../../../shared/model/reach.ts'
import type { StunSocket } from './types.ts'

/**
 * What came of a request to be answered from where nothing was ever sent to: an answer; none, though it was on its way;
 * or nothing can be said, as no server could do so or the time was over.
 */
export type FromElsewhere = 'came' | 'silent' | 'untested'

/** All that the tests of RFC 5780 found, asked from one socket. */
export interface Findings {
  /** How many servers were asked at all. */
  readonly asked: number
  /** Each server that answered, and the address of ours that it saw. */
  readonly seen: readonly { readonly server: StunSocket; readonly mapped: StunSocket }[]
  /** From another port of a server that was asked; from another address. */
  readonly otherPort: FromElsewhere
  readonly otherAddress: FromElsewhere
  /** The addresses of this machine. */
  readonly own: readonly string[]
}

/** Pure. Where the tests leave a doubt, the kind is the stricter one and `why` says so. */
export function classify(findings: Findings): Pick<Nat, 'kind' | 'seenAs' | 'why'> {
  const { asked, own } = findings
  // A server on this side of the NAT sees an address of this machine, and says nothing about the others.
  const outside = findings.seen.filter(({ mapped }) => !own.includes(mapped.address))
  const seen = outside.length > 0 ? outside : findings.seen
  const [first] = seen
  if (asked === 0) return { kind: 'unknown', seenAs: null, why: 'No introducer that answers STUN is known.' }
  if (first === undefined) {
    const who = asked === 1 ? 'The one server that was asked' : `Each of ${asked} servers`
    return { kind: 'udp-blocked', seenAs: null, why: `${who} was silent: UDP does not get through.` }
  }
  const seenAs = textOf(first.mapped)
  if (outside.length === 0) {
    return { kind: 'open', seenAs, why: 'Others see an address of this machine itself: no NAT is in between.' }
  }
  const mappings = new Set(seen.map(({ mapped }) => textOf(mapped)))
  if (mappings.size > 1) {
    return { kind: 'symmetric', seenAs, why: `${seen.length} destinations saw ${mappings.size} different addresses.` }
  }
  if (new Set(seen.map(({ server }) => textOf(server))).size < 2) {
    return { kind: 'unknown', seenAs, why: 'Only one port of one server answered; it takes two to compare.' }
  }
  return { seenAs, ...filteringOf(findings, `${seen.length} destinations saw the same address`) }
}

function filteringOf({ otherPort, otherAddress }: Findings, same: string): Pick<Nat, 'kind' | 'why'> {
  if (otherAddress === 'came') {
    return { kind: 'full-cone', why: `${same}, and an answer came from an address that was never spoken to.` }
  }
  if (otherPort === 'came') {
    const more = otherAddress === 'silent' ? 'none from another address' : 'it may be more open, which nobody could try'
    return { kind: 'address-restricted', why: `${same}, and an answer came from another port; ${more}.` }
  }
  if (otherPort === 'silent') {
    return { kind: 'port-restricted', why: `${same}, and no answer came from another port.` }
  }
  const isSilent = otherAddress === 'silent'
  const also = isSilent ? 'no answer came from another address' : 'no server could answer from elsewhere'
  return { kind: 'port-restricted', why: `${same}; ${also}, so the strictest is assumed.` }
}

/** `ip:port`, `[ip]:port`. */
export function textOf({ address, port }: StunSocket): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
