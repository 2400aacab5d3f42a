import { LatchError } from '../../../shared/errors.ts'
import type { UpdateFinding, UpdateRefusal, Updates } from '../../../shared/model/updates.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'
import { deadline, type Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { judge } from './judge.ts'
import { MAX_MANIFEST_BYTES, readManifest } from './manifest.ts'
import { readWhole, TooLargeError, type Answer } from './reading.ts'
import { saveVerified } from './save.ts'
import { MAX_SIGNATURE_BYTES, readReleaseKey, verifyManifest, type ReleaseKey } from './signature.ts'
import { createStore, type UpdatesStore } from './store.ts'
import type { UpdatesFeature, UpdatesParts } from './types.ts'

/** Both files are small; a site of the network may have to be found first. */
const CHECK_LIMIT_MS = 60 * SECOND
/** 150 MB at 0.4 Mbit/s. */
const SAVE_LIMIT_MS = HOUR
/** A start has other things to do, and everybody who starts at nine would ask at nine. */
const FIRST_AFTER_MS = 5 * MINUTE
const SPREAD_MS = HOUR

type UpdatesEvent = { event: 'updates-changed'; updates: Updates }
type Refused = { readonly code: UpdateRefusal; readonly why: string }

export function createUpdates(parts: UpdatesParts): UpdatesFeature {
  return new UpdatesOfDevice(parts)
}

class UpdatesOfDevice implements UpdatesFeature {
  readonly #parts: UpdatesParts
  readonly #store: UpdatesStore
  readonly #keys: readonly ReleaseKey[]
  readonly #feed: Feed<UpdatesEvent>
  readonly #stopping = new AbortController()
  #checking: Promise<void> | null = null
  #cancelNext: Cancel = () => {}

  constructor(parts: UpdatesParts) {
    this.#parts = parts
    this.#store = createStore(parts.database)
    this.#keys = parts.trust?.keys.map(readReleaseKey) ?? []
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of updates failed'))
    this.#planNext()
  }

  get(): Updates {
    const daily = this.#store.daily()
    const found = this.#store.found()
    const { version, trust } = this.#parts
    return {
      running: version,
      source: trust?.source ?? null,
      daily: daily === null ? 'unasked' : daily ? 'on' : 'off',
      checking: this.#checking !== null,
      // What was new is what runs since it was installed.
      found: found?.outcome === 'new' && judge(found.release, version, null).outcome !== 'new' ? { outcome: 'current', atMs: found.atMs } : found,
    }
  }

  setDaily(on: boolean): Updates {
    this.#store.keep('daily', on)
    this.#planNext()
    return this.#tell()
  }

  async check(signal?: AbortSignal): Promise<Updates> {
    if (this.#parts.trust === null) throw new LatchError('NOT_FOUND', 'This build has no release key, so there is nobody whose word on newer versions it could believe.')
    this.#checking ??= this.#check(signal).finally(() => {
      this.#checking = null
    })
    this.#tell()
    await this.#checking
    return this.#tell()
  }

  async save(name: string, signal?: AbortSignal): Promise<string> {
    const { found } = this.get()
    const file = found?.outcome === 'new' ? found.release.files.find((one) => one.name === name) : undefined
    if (file === undefined) throw new LatchError('NOT_FOUND', 'The last check found no such file for this system.')
    const limit = deadline(this.#parts.clock, SAVE_LIMIT_MS, 'saving a release', this.#signal(signal))
    try {
      const { body } = await this.#open(file.url, limit.signal)
      return await saveVerified(file, body, this.#parts.downloadsFolder)
    } catch (error) {
      if (error instanceof LatchError) throw error
      throw new LatchError('UNREACHABLE', `${file.name} did not come whole.`, { cause: error })
    } finally {
      limit.release()
    }
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Updates, UpdatesEvent>> {
    return this.#feed.watch(() => this.get(), signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('Latch is stopping'))
    this.#cancelNext()
    await this.#checking
  }

  async #check(signal?: AbortSignal): Promise<void> {
    const limit = deadline(this.#parts.clock, CHECK_LIMIT_MS, 'looking for a newer version', this.#signal(signal))
    const found = await this.#find(limit.signal)
    limit.release()
    if (this.#stopping.signal.aborted) return
    if (found.outcome === 'refused') this.#parts.log.warn({ code: found.code, why: found.why }, 'what was said of a newer version was not believed')
    this.#store.keep('found', found)
    this.#planNext()
  }

  /** Size before signature, signature before meaning, meaning before memory. */
  async #find(signal: AbortSignal): Promise<UpdateFinding> {
    const atMs = this.#parts.clock.nowMs()
    const refused = ({ code, why }: Refused): UpdateFinding => ({ outcome: 'refused', atMs, code, why })
    const source = this.#parts.trust?.source ?? ''
    const manifest = await this.#read(source, MAX_MANIFEST_BYTES, signal)
    if ('code' in manifest) return refused(manifest)
    const signature = await this.#read(`${source}.sig`, MAX_SIGNATURE_BYTES, signal)
    if ('code' in signature) return refused(signature.code === 'unreachable' ? signature : { code: 'unsigned', why: signature.why })
    const verdict = verifyManifest(manifest.bytes, signature.bytes, this.#keys)
    if (!verdict.ok) return refused(verdict)
    const read = readManifest(manifest.bytes)
    if (!read.ok) return refused(read)
    const { release } = read
    const judged = judge(release, this.#parts.version, this.#store.seen())
    if (judged.outcome === 'refused') return refused(judged)
    this.#store.keep('seen', { version: release.version, releasedMs: release.releasedMs })
    if (judged.outcome === 'current') return { outcome: 'current', atMs }
    const files = release.files.filter(({ system }) => system === this.#parts.system)
    return { outcome: 'new', atMs, release: { ...release, files } }
  }

  async #read(url: string, maxBytes: number, signal: AbortSignal): Promise<{ readonly bytes: Uint8Array } | Refused> {
    try {
      const { body } = await this.#open(url, signal)
      return { bytes: await readWhole(body, maxBytes) }
    } catch (error) {
      if (error instanceof TooLargeError) return { code: 'too-large', why: `it is larger than ${maxBytes} bytes` }
      this.#parts.log.info({ error }, 'nothing was heard of a newer version')
      return { code: 'unreachable', why: error instanceof AnswerError ? error.message : 'nobody answered where releases are announced' }
    }
  }

  /** Errors: AnswerError for anything but 200: a place that moved is pinned anew, by a release. */
  async #open(address: string, signal: AbortSignal): Promise<Answer> {
    const url = new URL(address)
    const answer = await (url.protocol === 'peer:' ? this.#parts.peer : this.#parts.https)(url, signal)
    if (answer.status === 200) return answer
    answer.body.destroy()
    throw new AnswerError(`the answer was ${answer.status} instead of what was asked for`)
  }

  #signal(signal?: AbortSignal): AbortSignal {
    return signal === undefined ? this.#stopping.signal : AbortSignal.any([signal, this.#stopping.signal])
  }

  /** A day after the last one, whatever became of it. */
  #planNext(): void {
    this.#cancelNext()
    if (this.#parts.trust === null || this.#store.daily() !== true || this.#stopping.signal.aborted) return
    const { clock, jitter } = this.#parts
    const sinceMs = clock.nowMs() - (this.#store.found()?.atMs ?? -Infinity)
    const dueMs = sinceMs < 0 ? 0 : Math.max(0, DAY - sinceMs)
    this.#cancelNext = clock.after(Math.max(FIRST_AFTER_MS, dueMs) + jitter() * SPREAD_MS, () => {
      this.check().catch((error: unknown) => this.#parts.log.error({ error }, 'looking for a newer version failed'))
    })
  }

  #tell(): Updates {
    const updates = this.get()
    this.#feed.publish({ event: 'updates-changed', updates })
    return updates
  }
}

class AnswerError extends Error {
  override readonly name = 'AnswerError'
}
