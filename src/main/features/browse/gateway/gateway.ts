import type { GatewayState } from '../../../../shared/model/browse.ts'
import type { BrowseParts, Opening } from '../types.ts'

export interface GatewayParts extends Pick<BrowseParts, 'clock' | 'log' | 'settings'> {
  readonly opening: Opening
  /** The network that is followed now, for the page that says how it works. */
  readonly tld: () => string
  /** Told at most twice a second while it is used. */
  readonly changed: (state: GatewayState) => void
}

export interface Gateway {
  /** On or off as the settings say, and as they change. Resolves when it is so, or has failed. */
  start(): Promise<void>
  /** Resolves when the port is free. */
  stop(): Promise<void>
  state(): GatewayState
  /** Resolves when what the settings say now is so, or has failed. */
  turn(): Promise<GatewayState>
}

/** Off until `start`. A port that is taken is a state, and no error. */
export function createGateway(parts: GatewayParts): Gateway {
  const state = (): GatewayState => ({ state: 'off', port: parts.settings.get().gatewayPort, why: null, requests: 0 })
  return { start: () => Promise.resolve(), stop: () => Promise.resolve(), state, turn: () => Promise.resolve(state()) }
}
