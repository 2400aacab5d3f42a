import type { Multiaddr } from '@multiformats/multiaddr'
import { CODE_CERTHASH, CODE_P2P, CODE_TCP, CODE_UDP, multiaddr } from '@multiformats/multiaddr'

/*
 * Port 0 is whichever is free. The one that was free is remembered, so that an invitation, and what others remember,
 * still leads here after a restart; where another program took it meanwhile, another is found.
 */

/** What listens where port 0 was asked for: by the text of the wish, the port. */
export type Ports = ReadonlyMap<string, number>

/** A wish with the port it got last time, or as it is. */
export function withPort(wish: string, ports: Ports): string {
  const port = ports.get(wish)
  return port === undefined ? wish : wish.replace(/\/(tcp|udp)\/0(?=\/|$)/, `/$1/${port}`)
}

/** The port that `wish` came to, or null where nothing of its kind listens. */
export function portOf(wish: string, listening: readonly Multiaddr[]): number | null {
  const wanted = shape(multiaddr(wish))
  for (const address of listening) {
    const found = shape(address)
    const samePort = wanted.port === 0 || wanted.port === found.port
    if (samePort && wanted.kind === found.kind && wanted.family === found.family) return found.port
  }
  return null
}

/** An address less its host: `ip4`, `tcp ws`, 4001. */
function shape(address: Multiaddr): { family: string; kind: string; port: number | null } {
  const [host, ...rest] = address.getComponents().filter(({ code }) => code !== CODE_P2P && code !== CODE_CERTHASH)
  const port = rest.find(({ code }) => code === CODE_TCP || code === CODE_UDP)?.value
  const kind = rest.map(({ name }) => name).join(' ')
  return { family: host?.name ?? '', kind, port: port === undefined ? null : Number(port) }
}
