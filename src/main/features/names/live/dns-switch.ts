import { LatchError } from '../../../../shared/errors.ts'
import type { DnsState, Lookup } from '../../../../shared/model/names.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { type DnsServer, serveDns } from '../dns/index.ts'

export interface DnsSwitchParts {
  readonly wanted: () => { readonly dns: boolean; readonly dnsPort: number }
  readonly tld: () => string
  readonly resolve: (fullName: string, signal: AbortSignal) => Promise<Lookup>
  readonly changed: (state: DnsState) => void
  readonly clock: Clock
  readonly log: Log
}

/** DNS answers for programs, on or off as the settings say. One turn after another: a port is free before it is taken again. */
export class DnsSwitch {
  readonly #parts: DnsSwitchParts
  #server: DnsServer | null = null
  /** As it was asked for. */
  #port: number | null = null
  #state: DnsState
  #turn: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: DnsSwitchParts) {
    this.#parts = parts
    this.#state = { state: 'off', port: parts.wanted().dnsPort, why: null }
  }

  get state(): DnsState {
    return this.#state
  }

  /** As the settings say now. Resolves when it is so, or has failed. */
  turn(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#follow())
    return this.#turn
  }

  /** Resolves when the port is free. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.turn()
  }

  async #follow(): Promise<void> {
    const { wanted, log } = this.#parts
    const { dns, dnsPort: port } = wanted()
    const isOn = dns && !this.#isStopped
    if (isOn && this.#server !== null && this.#port === port) return
    if (this.#server !== null) {
      await this.#server.close()
      this.#server = null
    }
    // One that failed is tried again at each change of a setting: whoever had the port may be gone.
    if (!isOn) return this.#become({ state: 'off', port, why: null })
    try {
      const { tld, resolve, clock } = this.#parts
      this.#server = await serveDns({ tld, resolve, clock, log, port })
      this.#port = port
      this.#become({ state: 'on', port: this.#server.port, why: null })
    } catch (error) {
      log.warn({ error }, 'DNS answers could not be switched on')
      const why = error instanceof LatchError ? error.message : 'It could not be switched on; the log has the cause.'
      this.#become({ state: 'failed', port, why })
    }
  }

  #become(state: DnsState): void {
    const isSame = JSON.stringify(state) === JSON.stringify(this.#state)
    this.#state = state
    if (!isSame && !this.#isStopped) this.#parts.changed(state)
  }
}
