import { LatchError } from '../../../shared/errors.ts'
import type { GatewayState } from '../../../shared/model/browse.ts'
import { gatewayAddress, type ReadAddress } from './address.ts'
import { MAX_STILL_CHARS } from './limits.ts'
import type { BrowseEvent, ViewHost } from './types.ts'

export interface WindowParts {
  readonly tell: (event: BrowseEvent) => void
  readonly gateway: () => GatewayState
  /** The place where pages are seen is there now; `isFocused`: and the keyboard goes to it. */
  readonly placed: (isFocused: boolean) => void
  readonly left: () => void
}

/** The window that shows pages, where there is one, and the place in it where they are seen. */
export class Window {
  readonly #parts: WindowParts
  #host: ViewHost | null = null
  #isPlaced = false
  #hasFocus = false

  constructor(parts: WindowParts) {
    this.#parts = parts
  }

  get host(): ViewHost | null {
    return this.#host
  }

  get isPlaced(): boolean {
    return this.#isPlaced
  }

  get hasFocus(): boolean {
    return this.#hasFocus
  }

  get shows(): 'views' | 'gateway' {
    return this.#host === null ? 'gateway' : 'views'
  }

  attach(host: ViewHost): () => void {
    if (this.#host !== null) this.#leave()
    this.#host = host
    this.#parts.tell({ event: 'shows-changed', shows: 'views' })
    return () => {
      if (this.#host === host) this.#leave()
    }
  }

  place(place: { x: number; y: number; width: number; height: number } | null, focus: boolean): void {
    this.#isPlaced = place !== null
    this.#hasFocus = focus && place !== null
    this.#host?.place(place)
    if (place !== null) this.#parts.placed(this.#hasFocus)
  }

  /** Errors: LatchError CONFLICT, which names the way there is instead. */
  needed(address: ReadAddress | null): ViewHost {
    if (this.#host !== null) return this.#host
    const { port, state } = this.#parts.gateway()
    const there = (address === null ? null : gatewayAddress(address, port)) ?? `http://<name>.localhost:${port}/`
    const how = state === 'on' ? 'In a browser of this machine it is' : 'Switch the gateway on; in a browser of this machine it is then'
    throw new LatchError('CONFLICT', `This Latch has no window that shows pages. ${how} ${there}`)
  }

  /** Errors: LatchError CONFLICT, which says where it is. */
  showInFolder(path: string): void {
    if (this.#host === null) throw new LatchError('CONFLICT', `This Latch has no window; the file is ${path}.`)
    this.#host.showInFolder(path)
  }

  /** Null where nothing is seen. */
  async still(): Promise<string | null> {
    return (this.#isPlaced ? await this.#host?.still(MAX_STILL_CHARS) : null) ?? null
  }

  /** Opens a page at the gateway, which is on now. Errors: LatchError CONFLICT, which says why not. */
  openHere(page: ReadAddress, { port, state, why }: GatewayState): void {
    const host = this.needed(page)
    const url = gatewayAddress(page, port)
    if (url === null) throw new LatchError('CONFLICT', 'Only pages of sites open at the gateway.')
    if (state !== 'on') throw new LatchError('CONFLICT', why ?? 'The gateway cannot be switched on.')
    host.openHere(url)
  }

  /** Errors: LatchError CONFLICT. */
  async chooseFolder(): Promise<string | null> {
    if (this.#host === null) throw new LatchError('CONFLICT', 'This Latch has no window with dialogs; write the path of the folder.')
    return this.#host.chooseFolder()
  }

  #leave(): void {
    this.#parts.left()
    this.#host = null
    this.#isPlaced = false
    this.#hasFocus = false
    this.#parts.tell({ event: 'shows-changed', shows: 'gateway' })
  }
}
