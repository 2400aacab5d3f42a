import { LatchError } from '../../../../shared/errors.ts'
import type { SiteCid, SiteCopies, SiteName } from '../../../../shared/model/sites.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { readFolder, type FolderRead } from '../folder/read-folder.ts'
import { FolderWatch } from '../folder/folder-watch.ts'
import { LOOK_AFTER_CHANGE_MS, LOOK_AGAIN_MS, LOOK_ANYWAY_MS, TELL_PROGRESS_MS } from '../limits.ts'
import type { CopyMaker, MadeCopy, SiteFile } from '../types.ts'

/** A copy as it is kept in mind: what it holds, and the mark of the folder that it was made of. */
export interface KeptCopy extends MadeCopy {
  readonly cid: SiteCid
  readonly madeMs: number
  readonly mark: string
}

export interface CopierParts {
  readonly name: SiteName
  readonly root: string
  readonly platform: NodeJS.Platform
  readonly clock: Clock
  readonly log: Log
  readonly make: CopyMaker['make']
  /** What was made before; null: nothing yet. */
  readonly kept: KeptCopy | null
  readonly onState: (state: SiteCopies) => void
  /** Made, or made anew. */
  readonly onMade: (kept: KeptCopy) => void
}

type Made = Extract<SiteCopies, { kind: 'made' | 'behind' }>

/** Makes the copy of a folder, and knows whether the folder has changed since. */
export class Copier {
  state: SiteCopies
  readonly #parts: CopierParts
  readonly #watch: FolderWatch
  readonly #stopped = new AbortController()
  #kept: KeptCopy | null
  #making: AbortController | null = null
  #looking: Promise<void> = Promise.resolve()
  #isDue = false
  #lookedMs = -LOOK_AGAIN_MS
  #cancel: Cancel = () => {}
  #cancelAnyway: Cancel = () => {}

  constructor(parts: CopierParts) {
    this.#parts = parts
    this.#kept = parts.kept
    this.state = parts.kept === null ? { kind: 'making', doneBytes: 0, bytes: null } : shown('made', parts.kept)
    this.#watch = new FolderWatch({ platform: parts.platform, onChange: () => this.#changed() })
    this.#lookAnyway()
  }

  /** What others can have now; null: nothing yet. */
  get cid(): SiteCid | null {
    return this.#kept?.cid ?? null
  }

  /** Reads the folder from the beginning, also where that is under way. Resolves when it was made, has failed, or was begun anew; never rejects. */
  async make(): Promise<void> {
    this.#making?.abort(new Error('begun anew'))
    const making = new AbortController()
    this.#making = making
    const signal = AbortSignal.any([making.signal, this.#stopped.signal])
    try {
      this.#become({ kind: 'making', doneBytes: 0, bytes: null })
      const read = await this.#read(signal)
      const kept = await this.#made(read, signal)
      signal.throwIfAborted()
      this.#kept = kept
      this.#become(shown('made', kept))
      this.#parts.onMade(kept)
      // It may have gone on changing while it was read.
      this.#changed()
    } catch (error) {
      if (signal.aborted) return
      this.#parts.log.info({ site: this.#parts.name, error }, 'no copy of a site could be made')
      const why = error instanceof LatchError ? error.message : 'The folder could not be read to its end; the log says why.'
      this.#become({ kind: 'failed', why })
    } finally {
      if (this.#making === making) this.#making = null
    }
  }

  /** Whether the folder is what the copy was made of. Resolves when that is known. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  /** Nothing goes on from here, and nothing is told any more. */
  stop(): void {
    this.#stopped.abort(new Error('the site is not published any more'))
    this.#cancel()
    this.#cancelAnyway()
    this.#watch.close()
  }

  async #look(): Promise<void> {
    if (this.#making !== null || this.#kept === null || this.#stopped.signal.aborted) return
    const before = this.#kept
    try {
      const { mark } = await this.#read(this.#stopped.signal)
      if (this.#making !== null || this.#kept !== before) return
      this.#become(shown(mark === before.mark ? 'made' : 'behind', before))
    } catch (error) {
      if (this.#stopped.signal.aborted || this.#making !== null) return
      this.#parts.log.debug({ site: this.#parts.name, error }, 'the folder of a site could not be looked at')
      this.#become(shown('behind', before))
    }
  }

  async #read(signal: AbortSignal): Promise<FolderRead> {
    const read = await readFolder(this.#parts.root, { platform: this.#parts.platform }, signal)
    if (!this.#stopped.signal.aborted) this.#watch.follow(read.folders)
    return read
  }

  async #made({ files, bytes, mark }: FolderRead, signal: AbortSignal): Promise<KeptCopy> {
    const { name, clock, make } = this.#parts
    let toldMs = clock.monotonicMs()
    this.#become({ kind: 'making', doneBytes: 0, bytes })
    const onBytes = (doneBytes: number): void => {
      if (signal.aborted || clock.monotonicMs() - toldMs < TELL_PROGRESS_MS) return
      toldMs = clock.monotonicMs()
      this.#become({ kind: 'making', doneBytes: Math.min(doneBytes, bytes), bytes })
    }
    const { cid, files: count, bytes: size } = await make(name, oneByOne(files, signal), signal, onBytes)
    return { cid, files: count, bytes: size, madeMs: clock.nowMs(), mark }
  }

  #changed(): void {
    if (this.#isDue || this.#stopped.signal.aborted) return
    this.#isDue = true
    const { clock } = this.#parts
    const waitMs = Math.max(LOOK_AFTER_CHANGE_MS, this.#lookedMs + LOOK_AGAIN_MS - clock.monotonicMs())
    this.#cancel = clock.after(waitMs, () => {
      this.#isDue = false
      this.#lookedMs = clock.monotonicMs()
      void this.look()
    })
  }

  #lookAnyway(): void {
    this.#cancelAnyway = this.#parts.clock.after(LOOK_ANYWAY_MS, () => {
      void this.look()
      this.#lookAnyway()
    })
  }

  #become(state: SiteCopies): void {
    if (this.#stopped.signal.aborted || JSON.stringify(state) === JSON.stringify(this.state)) return
    this.state = state
    this.#parts.onState(state)
  }
}

function shown(kind: Made['kind'], { cid, files, bytes, madeMs }: KeptCopy): Made {
  return { kind, cid, files, bytes, madeMs }
}

async function* oneByOne(files: readonly SiteFile[], signal: AbortSignal): AsyncGenerator<SiteFile> {
  for (const file of files) {
    signal.throwIfAborted()
    yield file
  }
}
