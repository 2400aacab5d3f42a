import { LatchError } from '../../../../shared/errors.ts'
import type { GatewayState } from '../../../../shared/model/browse.ts'
import type { Cancel } from '../../../platform/clock.ts'
import type { BrowseParts, Opening } from '../types.ts'
import { TELL_EVERY_MS } from './limits.ts'
import { OwnerMarks } from './owner-marks.ts'
import { type GatewayServer, serveGateway } from './server.ts'

export interface GatewayParts extends Pick<BrowseParts, 'clock' | 'database' | 'log' | 'random'> {
  readonly settings: Pick<BrowseParts['settings'], 'get' | 'subscribe'>
  readonly opening: Opening
  /** Of the network that is followed now, for the page that says how it works. */
  readonly tld: () => string
  /** On, off or failed; and at most twice a second that there were further requests. */
  readonly changed: (state: GatewayState) => void
}

/** Sites for ordinary browsers of this machine, as the settings say. */
export interface Gateway {
  /** On or off as the settings say, and from then on as they change. Resolves when it is so, or has failed. */
  start(): Promise<void>
  /** Resolves when the port is free. Safe to call twice. */
  stop(): Promise<void>
  state(): GatewayState
  /** Resolves when what the settings say now is so, or has failed. */
  turn(): Promise<GatewayState>
}

/** Off until `start`. A port that is taken is a state, and no error. */
export function createGateway(parts: GatewayParts): Gateway {
  return new OneGateway(parts)
}

/** One turn after another: a port is free before it is taken again. */
class OneGateway implements Gateway {
  readonly #parts: GatewayParts
  readonly #marks: OwnerMarks
  #server: GatewayServer | null = null
  /** As it was asked for. */
  #port: number | null = null
  #state: Omit<GatewayState, 'requests'>
  #requests = 0
  #turn: Promise<void> = Promise.resolve()
  #isRunning = false
  #unsubscribe: () => void = () => {}
  #cancelTelling: Cancel | null = null

  constructor(parts: GatewayParts) {
    this.#parts = parts
    this.#marks = new OwnerMarks(parts)
    this.#state = { state: 'off', port: parts.settings.get().gatewayPort, why: null }
  }

  async start(): Promise<void> {
    this.#isRunning = true
    this.#unsubscribe = this.#parts.settings.subscribe(() => void this.turn())
    await this.turn()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    this.#unsubscribe()
    await this.turn()
    this.#cancelTelling?.()
  }

  state(): GatewayState {
    return { ...this.#state, requests: this.#requests }
  }

  async turn(): Promise<GatewayState> {
    this.#turn = this.#turn.then(() => this.#follow())
    await this.#turn
    return this.state()
  }

  async #follow(): Promise<void> {
    const { clock, log, opening, settings, tld } = this.#parts
    const { gateway, gatewayPort: wanted } = settings.get()
    const isOn = gateway && this.#isRunning
    if (isOn && this.#server !== null && this.#port === wanted) return
    if (this.#server !== null) {
      await this.#server.close()
      this.#server = null
    }
    // One that failed is tried again at each change of a setting: whoever had the port may be gone.
    if (!isOn) return this.#become({ state: 'off', port: wanted, why: null })
    try {
      this.#server = await serveGateway({ clock, log, opening, tld, wanted, marks: this.#marks, onRequest: () => this.#asked() })
      this.#port = wanted
      this.#become({ state: 'on', port: this.#server.port, why: null })
    } catch (error) {
      log.warn({ error }, 'the gateway could not be switched on')
      const why = error instanceof LatchError ? error.message : 'It could not be switched on; the log has the cause.'
      this.#become({ state: 'failed', port: wanted, why })
    }
  }

  #become(state: Omit<GatewayState, 'requests'>): void {
    const isSame = JSON.stringify(state) === JSON.stringify(this.#state)
    this.#state = state
    if (!isSame && this.#isRunning) this.#parts.changed(this.state())
  }

  #asked(): void {
    this.#requests += 1
    this.#cancelTelling ??= this.#parts.clock.after(TELL_EVERY_MS, () => {
      this.#cancelTelling = null
      if (this.#isRunning) this.#parts.changed(this.state())
    })
  }
}
