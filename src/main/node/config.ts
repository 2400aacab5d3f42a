import type { Vault } from '../platform/vault.ts'
import type { NodeConfig } from './types.ts'

/** Every network of this machine, each transport on whichever port is free, which is then remembered. */
export const defaultListen: readonly string[] = [
  '/ip4/0.0.0.0/tcp/0',
  '/ip4/0.0.0.0/tcp/0/ws',
  '/ip4/0.0.0.0/udp/0/webrtc-direct',
  '/ip6/::/tcp/0',
  '/ip6/::/tcp/0/ws',
]

/** All that Latch can do. What changes somebody's router (UPnP) also waits for the person's settings. */
export const allServices: NodeConfig['services'] = {
  lan: true,
  upnp: true,
  autonat: true,
  dht: true,
  gossip: true,
  dcutr: true,
  webrtc: true,
  demo: true,
}

/** TCP and nothing else: for the demonstration peer, tests and benchmarks. */
export const noServices: NodeConfig['services'] = {
  lan: false,
  upnp: false,
  autonat: false,
  dht: false,
  gossip: false,
  dcutr: false,
  webrtc: false,
  demo: false,
}

export interface DesktopParts {
  readonly dataFolder: string
  readonly vault: Vault
  readonly downloads: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The node behind the window. A desktop app is started without options; for trying things out the environment has
 * three, each a list between spaces: LATCH_LISTEN, multiaddrs instead of every network; LATCH_WITHOUT, services to
 * leave out; LATCH_INTRODUCERS, links or addresses of introducers to use.
 */
export function desktopConfig({ dataFolder, downloads, vault, env }: DesktopParts): NodeConfig {
  const listen = wordsOf(env['LATCH_LISTEN'])
  const without = Object.fromEntries(wordsOf(env['LATCH_WITHOUT']).map((service) => [service, false]))
  return {
    dataFolder,
    downloads,
    vault,
    host: 'desktop',
    listen: listen.length > 0 ? listen : defaultListen,
    bootstrap: [],
    introducers: wordsOf(env['LATCH_INTRODUCERS']),
    services: { ...allServices, ...without },
  }
}

function wordsOf(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
