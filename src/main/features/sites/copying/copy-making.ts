import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Log } from '../../../platform/log.ts'
import type { CopyMaker, MadeCopy } from '../types.ts'

/** One thing after another for each site: what is to be forgotten is never forgotten after it was made anew. */
export class CopyMaking {
  readonly #maker: CopyMaker
  readonly #log: Log
  readonly #turns = new Map<SiteName, Promise<unknown>>()

  constructor(maker: CopyMaker, log: Log) {
    this.#maker = maker
    this.#log = log
  }

  make(...args: Parameters<CopyMaker['make']>): Promise<MadeCopy> {
    const [site, , signal] = args
    return this.#inTurn(site, () => {
      signal.throwIfAborted()
      return this.#maker.make(...args)
    })
  }

  /** Never rejects: what is left over takes room, and nothing else. */
  unmake(site: SiteName): Promise<void> {
    return this.#inTurn(site, () => this.#maker.unmake(site)).catch((error: unknown) =>
      this.#log.warn({ site, error }, 'the copy of a site that is not published any more could not be removed'),
    )
  }

  #inTurn<Result>(site: SiteName, run: () => Promise<Result>): Promise<Result> {
    const mine = (this.#turns.get(site) ?? Promise.resolve()).then(run)
    const over = mine
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(site) === over) this.#turns.delete(site)
      })
    this.#turns.set(site, over)
    return mine
  }
}
