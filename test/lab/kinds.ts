/*
 * The kinds of place a device can stand in, and what each claims. Only these claims go into theory.ts and rules.ts, and
 * nat.test.ts proves each of them with plain UDP and TCP before any program of ours is tried.
 */

export const KINDS = [
  'public',
  'upnp',
  'full-cone',
  'address-restricted',
  'port-restricted',
  'double-nat',
  'lossy',
  'slow',
  'symmetric',
  'udp-blocked',
  'only-443',
] as const
export type Kind = (typeof KINDS)[number]

export interface Traits {
  /** One sentence for the table. */
  readonly is: string
  /** NATs in a row. */
  readonly gateways: 0 | 1 | 2
  /** Whether every destination sees one address of a socket (RFC 4787: endpoint-independent mapping). */
  readonly mapping: 'none' | 'one for all' | 'one for each'
  /** Who may answer at that address. */
  readonly filtering: 'open' | 'anybody' | 'address' | 'address and port'
  readonly udp: boolean
  readonly tcpOut: 'any' | 'only 443'
  readonly tcpIn: 'open' | 'mapped' | 'closed'
  /** Of the packets in each direction. */
  readonly lossPercent: number
  /** Added by the way to its gateway. */
  readonly roundTripMs: number
}

const behindPortRestricted: Traits = {
  is: 'a NAT with one address for all, at which only those may answer who were spoken to, from the port that was',
  gateways: 1,
  mapping: 'one for all',
  filtering: 'address and port',
  udp: true,
  tcpOut: 'any',
  tcpIn: 'closed',
  lossPercent: 0,
  roundTripMs: 0,
}

export const TRAITS: Readonly<Record<Kind, Traits>> = {
  public: {
    ...behindPortRestricted,
    is: 'a public address of its own, nothing in front',
    gateways: 0,
    mapping: 'none',
    filtering: 'open',
    tcpIn: 'open',
  },
  upnp: {
    ...behindPortRestricted,
    is: 'port-restricted, and the router gives a port to whoever asks (miniupnpd)',
    tcpIn: 'mapped',
  },
  'full-cone': {
    ...behindPortRestricted,
    is: 'a NAT with one address for all, at which anybody may answer once a word went out',
    filtering: 'anybody',
  },
  'address-restricted': {
    ...behindPortRestricted,
    is: 'a NAT with one address for all, at which those may answer who were spoken to, from any port',
    filtering: 'address',
  },
  'port-restricted': behindPortRestricted,
  'double-nat': {
    ...behindPortRestricted,
    is: 'port-restricted behind port-restricted, as behind a carrier’s NAT',
    gateways: 2,
  },
  lossy: { ...behindPortRestricted, is: 'port-restricted, and 5 % of the packets are lost each way', lossPercent: 5 },
  slow: { ...behindPortRestricted, is: 'port-restricted, and 200 ms more to everybody and back', roundTripMs: 200 },
  symmetric: {
    ...behindPortRestricted,
    is: 'a NAT with another address for each destination, the port chosen at random',
    mapping: 'one for each',
  },
  'udp-blocked': { ...behindPortRestricted, is: 'port-restricted, and no UDP gets out', udp: false },
  'only-443': { ...behindPortRestricted, is: 'only TCP to port 443 gets out', udp: false, tcpOut: 'only 443' },
}

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text)
}

/** Every unordered pair, equal kinds too. */
export function pairsOf(kinds: readonly Kind[]): [Kind, Kind][] {
  return kinds.flatMap((a, i) => kinds.slice(i).map((b): [Kind, Kind] => [a, b]))
}
