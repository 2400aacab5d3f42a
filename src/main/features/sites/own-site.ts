import type { Site, SiteCopies, SiteName } from '../../../shared/model/sites.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { CopyMaking } from './copying/copy-making.ts'
import { Copier } from './copying/copier.ts'
import { POINT_WITHOUT_COPY_MS } from './limits.ts'
import { Pointer } from './pointing/pointer.ts'
import type { SiteRecord } from './pointing/judge.ts'
import { Published, type PublishedParts } from './published.ts'
import type { StoredSite } from './store.ts'
import type { SiteZones } from './types.ts'

export interface OwnSiteParts extends Omit<PublishedParts, 'onChanged'> {
  readonly clock: Clock
  readonly log: Log
  readonly zones: SiteZones
  readonly making: CopyMaking
  readonly isElsewhere: () => boolean
  readonly refusesName: (name: SiteName) => string | null
  /** Nothing is told of one that another took the place of. */
  readonly onChanged: (site: OwnSite) => void
  /** What is kept of it is another. */
  readonly onStored: (site: OwnSite) => void
}

/** A site of this device: what it is, who answers for it, what its zone says, and the copy that others can have. */
export class OwnSite {
  stored: StoredSite
  readonly serving: Published
  readonly #parts: OwnSiteParts
  readonly #pointer: Pointer
  #copier: Copier | null = null
  #isWaiting = false
  #isAsked = false
  #cancelWaiting: Cancel = () => {}

  constructor(stored: StoredSite, parts: OwnSiteParts) {
    this.stored = stored
    this.#parts = parts
    const changed = (): void => parts.onChanged(this)
    this.serving = new Published(stored, { ...parts, onChanged: changed })
    const { name, source } = stored
    if (stored.copies && source.kind === 'folder') {
      this.#copier = new Copier({
        ...parts,
        name,
        root: source.path,
        kept: stored.copy,
        make: (...args) => parts.making.make(...args),
        onState: (state) => {
          if (state.kind === 'failed') void this.#read()
          changed()
        },
        onMade: (copy) => {
          this.#store({ copy })
          void this.#read()
        },
      })
    }
    this.#pointer = new Pointer({
      ...parts,
      name,
      last: stored.pointed,
      wanted: () => (this.#isWaiting ? 'wait' : this.#wanted()),
      onLast: (pointed) => this.#store({ pointed }),
      onState: changed,
    })
  }

  get name(): SiteName {
    return this.stored.name
  }

  /** Once `before`, which had the name until now, is done with it. */
  async start(before: Promise<void> = Promise.resolve()): Promise<void> {
    this.serving.start()
    await before
    if (this.#copier === null) return this.#pointer.check()
    if (this.stored.copy !== null) {
      void this.#copier.look()
      return this.#pointer.check()
    }
    this.#isWaiting = true
    this.#cancelWaiting = this.#parts.clock.after(POINT_WITHOUT_COPY_MS, () => void this.#read())
    return this.#copier.make()
  }

  /** Reads the folder again; what it holds is named whatever the zone says now. False: copies are off. */
  refresh(): boolean {
    if (this.#copier === null) return false
    this.#isAsked = true
    void this.#copier.make()
    return true
  }

  /** Nobody is to keep copies of it any more. */
  withoutCopies(): void {
    if (this.#copier === null) return
    this.#copier.stop()
    this.#copier = null
    this.#store({ copies: false, copy: null })
    void this.#parts.making.unmake(this.name)
    void this.#read()
  }

  change(change: Partial<Pick<StoredSite, 'audience'>>): void {
    this.#store(change)
  }

  /** Nobody is served from here on. Resolves when its zone is not being changed any more. */
  async shut(): Promise<void> {
    this.#cancelWaiting()
    this.#copier?.stop()
    this.serving.close()
    await this.#pointer.stop()
  }

  /** As it is shown, but for who visits it. */
  get shown(): Omit<Site, 'visitors'> {
    const { copies: _, copy: _copy, pointed: _pointed, network: _network, ...stored } = this.stored
    const copies: SiteCopies = this.#copier?.state ?? { kind: 'off' }
    const { state, requests, sentBytes } = this.serving
    return { ...stored, copies, pointed: this.#pointer.state, state, requests, sentBytes }
  }

  #wanted(): SiteRecord {
    return { cid: this.#copier?.cid ?? null }
  }

  /** What there is to be named is known, or is not waited for any longer. */
  #read(): Promise<void> {
    this.#cancelWaiting()
    this.#isWaiting = false
    const isAsked = this.#isAsked && this.#copier?.state.kind === 'made'
    if (!isAsked) return this.#pointer.check()
    this.#isAsked = false
    return this.#pointer.again()
  }

  #store(change: Partial<StoredSite>): void {
    this.stored = { ...this.stored, ...change }
    this.#parts.onStored(this)
  }
}
