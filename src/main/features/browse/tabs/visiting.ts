import type { Cancel, Clock } from '../../../platform/clock.ts'
import { VISITED_AFTER_MS } from '../limits.ts'

export interface VisitingParts {
  readonly clock: Clock
  /** The page that is to be seen now; null: none that is remembered. */
  readonly page: () => { readonly url: string; readonly title: string } | null
  readonly visited: (page: { readonly url: string; readonly title: string; readonly isNew: boolean }) => void
}

/**
 * What counts as a visit: a page that stood for a moment. So a redirect does not, nor a page that changes its address a
 * thousand times a second; and a title that changes as often is written down once.
 */
export class Visiting {
  readonly #parts: VisitingParts
  #last: string | null = null
  #due: Cancel | null = null

  constructor(parts: VisitingParts) {
    this.#parts = parts
  }

  /** There is another page now, or another place in it. */
  moved(isSamePage: boolean): void {
    if (!isSamePage) this.#last = null
    this.#due?.()
    this.#due = this.#parts.clock.after(VISITED_AFTER_MS, () => this.#look())
  }

  titled(): void {
    this.#due ??= this.#parts.clock.after(VISITED_AFTER_MS, () => this.#look())
  }

  stop(): void {
    this.#due?.()
    this.#due = null
  }

  #look(): void {
    this.#due = null
    const page = this.#parts.page()
    if (page === null) return
    this.#parts.visited({ ...page, isNew: this.#last !== page.url })
    this.#last = page.url
  }
}
