import { LatchError } from '../../../../shared/errors.ts'
import type { SiteCid, SiteName } from '../../../../shared/model/sites.ts'
import { deadline } from '../../../platform/clock.ts'
import type { HttpRequest } from '../../../platform/http-message.ts'
import type { BrowseParts, FoundSite, OpenOptions, PageAnswer } from '../types.ts'
import { answerFrom, type OpenedCopy } from './copy-answer.ts'
import { cutBody } from './cut-body.ts'
import { askedName } from './handed-on.ts'
import { COPY_MS, MAX_OPEN_COPIES, OPEN_COPY_MS } from './limits.ts'
import { OpenError } from './open-error.ts'
import { readPath } from './path.ts'
import { Shared } from './shared.ts'

type CopyLaneParts = Pick<BrowseParts, 'clock' | 'copies' | 'log'>
type CopyKey = `${SiteName} ${SiteCid}`

/** Pages of copies; each copy is opened once for all that is asked of it. */
export class CopyLane {
  readonly #parts: CopyLaneParts
  readonly #opening = new Shared<CopyKey, OpenedCopy>()
  readonly #open = new Map<CopyKey, { readonly copy: OpenedCopy; usedMs: number }>()

  constructor(parts: CopyLaneParts) {
    this.#parts = parts
  }

  /** *Errors*: OpenError `copy-missing`, `copy-damaged`; the signal's reason. */
  async ask(found: FoundSite, cid: SiteCid, request: HttpRequest, { signal, onStep }: OpenOptions): Promise<PageAnswer> {
    const { clock } = this.#parts
    const { site } = found
    onStep?.('copy')
    const path = readPath(request.path)
    if (path === null) throw new OpenError({ step: 'address', code: 'bad-address', why: 'This is no address of a page.' })
    const key: CopyKey = `${site} ${cid}`
    const limit = deadline(clock, COPY_MS, 'a copy', signal)
    try {
      const copy = await this.#opened(key, found, cid, limit.signal)
      const answer = await answerFrom(copy, path, request, limit.signal)
      const body = cutBody(answer.body, 'copy', signal, (error) => this.#failed(key, error))
      return { ...answer, body, peer: null, found, source: sourceOf(copy, found, cid) }
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof OpenError) throw error
      this.#failed(key, error)
      throw inWords(error, site)
    } finally {
      limit.release()
    }
  }

  stop(why: Error): void {
    this.#opening.clear(why)
    this.#open.clear()
  }

  async #opened(key: CopyKey, found: FoundSite, cid: SiteCid, signal: AbortSignal): Promise<OpenedCopy> {
    const nowMs = this.#parts.clock.monotonicMs()
    const open = this.#open.get(key)
    if (open !== undefined && nowMs - open.usedMs < OPEN_COPY_MS) {
      // One that is older than it should be is not stayed with: somebody may have the newer one by now.
      if ((open.copy.cid ?? cid) === cid) open.usedMs = nowMs
      return open.copy
    }
    const devices = found.devices.map(({ peerId }) => peerId)
    const copy = await this.#opening.run(key, (over) => this.#parts.copies.open(askedName(found), { cid, devices, owner: found.owner }, over), { signal })
    this.#open.delete(key)
    this.#open.set(key, { copy, usedMs: this.#parts.clock.monotonicMs() })
    const [oldest] = this.#open.keys()
    if (this.#open.size > MAX_OPEN_COPIES && oldest !== undefined) this.#open.delete(oldest)
    return copy
  }

  /** Who has it is asked again next time. */
  #failed(key: CopyKey, error: unknown): void {
    this.#open.delete(key)
    this.#parts.log.info({ error }, 'a copy could not be read')
  }
}

/** The zone was signed for the version that it names: an older one is at least as old as what is kept of it. */
function sourceOf({ cid, keptHere, keptMs, holders }: OpenedCopy, { zone }: FoundSite, asked: SiteCid): PageAnswer['source'] {
  return { kind: 'copy', cid: cid ?? asked, keptHere, holders, signedMs: Math.min(zone.issuedAtMs, keptMs ?? Infinity) }
}

function inWords(error: unknown, site: SiteName): OpenError {
  if (error instanceof LatchError && error.code === 'DAMAGED') {
    const why = `A copy of ${site} was found, and it is not what its owner signed: it is not shown. Try again when they are back.`
    return new OpenError({ step: 'copy', code: 'copy-damaged', why }, { cause: error })
  }
  const why = `No device of the owner of ${site} can be reached now, and nobody who is connected has a copy of it: try again later.`
  return new OpenError({ step: 'copy', code: 'copy-missing', why }, { cause: error })
}
