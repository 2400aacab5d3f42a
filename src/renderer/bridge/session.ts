import { LinkRefused } from './link.ts'

const STORED = 'latch.session'

/** The part of `window` that this needs. */
export type Tab = Pick<Window, 'location' | 'history' | 'sessionStorage' | 'fetch'>

/**
 * What lets this tab in. The address that `latch start` prints ends in a token that works once, as it stays in
 * scrollback and history: it is taken out of the address bar and changed for a session token, which is kept for this tab
 * only, so that a reload works and a copied address gives nothing away.
 */
export class Session {
  readonly #tab: Tab
  #given: string | null = null

  constructor(tab: Tab) {
    this.#tab = tab
  }

  /** Takes the token out of the address, if one stands there, and puts `place` there instead. */
  take(place = ''): 'taken' | 'none' {
    const { location, history } = this.#tab
    const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1]
    if (given === undefined) return 'none'
    this.#given = given
    history.replaceState(null, '', location.pathname + place)
    return 'taken'
  }

  /** Errors: LinkRefused when this tab brought no token, or one that no longer works; others when the node is away. */
  async token(): Promise<string> {
    const stored = this.#tab.sessionStorage.getItem(STORED)
    if (this.#given === null) {
      if (stored === null) throw new LinkRefused('this tab brought no token')
      return stored
    }
    const response = await this.#ask('/session', 'POST', this.#given)
    this.#given = null
    if (response.ok) {
      const { token } = (await response.json()) as { token: string }
      this.#tab.sessionStorage.setItem(STORED, token)
      return token
    }
    // The address was opened a second time in a tab that is let in already.
    if (stored === null) throw new LinkRefused('the token of the address was spent or has expired')
    return stored
  }

  /** A WebSocket does not say why it was not opened: whether this token is still one that the node knows. */
  async isKnown(token: string): Promise<boolean> {
    const { status } = await this.#ask('/api/status', 'GET', token)
    if (status !== 401) return true
    this.#tab.sessionStorage.removeItem(STORED)
    return false
  }

  #ask(path: string, method: string, token: string): Promise<Response> {
    return this.#tab.fetch(path, { method, headers: { authorization: `Bearer ${token}` } })
  }
}
