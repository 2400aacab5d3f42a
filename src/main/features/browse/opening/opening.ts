import type { SiteName } from '../../../../shared/model/sites.ts'
import { LatchError } from '../../../../shared/errors.ts'
import type { HttpAnswer, HttpConnection, HttpRequest } from '../../../platform/http-message.ts'
import type { BrowseParts, FoundSite, Opening, OpenOptions, PageAnswer } from '../types.ts'
import { AwaySites } from './away.ts'
import { CopyLane } from './copy-lane.ts'
import { cutBody } from './cut-body.ts'
import { DeviceMemory } from './devices.ts'
import { type Finding, Findings, stopping } from './finding.ts'
import { answered, asked, askedName } from './handed-on.ts'
import { COPY_AFTER_MS, DOUBTED_AFTER_MS } from './limits.ts'
import { connectionOf, type LiveAnswer, LiveError, LiveLane } from './live-lane.ts'
import { OpenError, OwnerMovedError } from './open-error.ts'
import { readPath } from './path.ts'
import { AllFailedError, firstOf } from './staggered.ts'

export type OpeningParts = Pick<BrowseParts, 'clock' | 'log' | 'names' | 'sites' | 'copies' | 'peers' | 'people'>

type Wanted = Omit<HttpRequest, 'method' | 'body'>

/** `stop` drops what is under way and listens to names no more. */
export function createOpening(parts: OpeningParts): Opening & { stop(): void } {
  return new OneOpening(parts)
}

class OneOpening implements Opening {
  readonly #parts: OpeningParts
  readonly #findings: Findings
  readonly #memory: DeviceMemory
  readonly #live: LiveLane
  readonly #copies: CopyLane
  readonly #away: AwaySites
  readonly #stopped = new AbortController()

  constructor(parts: OpeningParts) {
    this.#parts = parts
    this.#memory = new DeviceMemory(parts.clock)
    this.#live = new LiveLane({ ...parts, memory: this.#memory })
    this.#findings = new Findings({ ...parts, ahead: (found) => (this.#isHere(found) ? undefined : this.#live.ahead(found)) })
    this.#copies = new CopyLane(parts)
    this.#away = new AwaySites(parts.clock, parts.peers)
  }

  async find(site: SiteName, options: OpenOptions = {}): Promise<FoundSite> {
    return (await this.#find(site, options)).found
  }

  fetch(site: SiteName, request: HttpRequest, options: OpenOptions = {}): Promise<PageAnswer> {
    return this.#open(site, request, options, {
      isReading: (request.method === 'GET' || request.method === 'HEAD') && request.body == null,
      here: async (found) => this.#shownHere(found, await this.#parts.sites.fetchHere(askedName(found), asked(request, found), options.signal), options),
      elsewhere: (found) => this.#page(found, request, options),
    })
  }

  connect(site: SiteName, request: Wanted, options: OpenOptions = {}): Promise<HttpConnection | PageAnswer> {
    const { sites } = this.#parts
    return this.#open<HttpConnection | PageAnswer>(site, request, options, {
      isReading: true,
      here: async (found) => {
        const answer = await sites.connectHere(askedName(found), asked(request, found), options.signal)
        return 'stream' in answer ? answer : this.#shownHere(found, answer, options)
      },
      elsewhere: (found) => this.#connection(found, request, options),
    })
  }

  stop(): void {
    this.#stopped.abort(stopping())
    this.#findings.stop()
    this.#live.stop(stopping())
    this.#copies.stop(stopping())
  }

  async #open<Value>(
    site: SiteName,
    { path }: Pick<HttpRequest, 'path'>,
    options: OpenOptions,
    ways: { isReading: boolean; here: (found: FoundSite) => Promise<Value>; elsewhere: (found: FoundSite) => Promise<Value> },
  ): Promise<Value> {
    const { signal, again, onStep } = options
    onStep?.('address')
    if (readPath(path) === null) throw new OpenError({ step: 'address', code: 'bad-address', why: 'This is no address of a page.' })
    const { found, ageMs } = await this.#find(site, options)
    if (this.#isHere(found)) {
      return ways.here(found).catch((error: unknown) => {
        signal?.throwIfAborted()
        throw inWords(error, site)
      })
    }
    if (again === true) this.#forgive(found)
    try {
      return await ways.elsewhere(found)
    } catch (error) {
      // The zone may have moved on: worth one more question, where what was tried is not what was asked for just now.
      const isDoubted = error instanceof OpenError && ways.isReading && ageMs >= DOUBTED_AFTER_MS && isOfPlace(error)
      const newer = isDoubted ? await this.#find(site, { ...options, again: true }).catch(orMoved) : null
      signal?.throwIfAborted()
      if (newer === null || newer.found.zone.seq === found.zone.seq) throw error
      return ways.elsewhere(newer.found)
    }
  }

  /** Nobody is asked for anything that was meant for another owner. */
  async #find(site: SiteName, options: OpenOptions): Promise<Finding> {
    const finding = await this.#findings.find(site, options)
    if (options.owner !== undefined && finding.found.owner !== options.owner) throw new OwnerMovedError(finding.found)
    return finding
  }

  /** From the owner's devices, or from a copy while none of them answers. */
  async #page(found: FoundSite, request: HttpRequest, options: OpenOptions): Promise<PageAnswer> {
    const { cid } = found
    const { signal } = options
    const isReading = (request.method === 'GET' || request.method === 'HEAD') && request.body == null
    const live = (own: AbortSignal): Promise<PageAnswer> => this.#livePage(found, request, isReading, { ...options, signal: both(own, signal) })
    if (cid === null || !isReading) return this.#liveOnly(live)
    const copy = (own: AbortSignal): Promise<PageAnswer> => this.#copies.ask(found, cid, request, { ...options, signal: both(own, signal) })
    const isAway = this.#away.has(found)
    if (isAway) this.#lookForOwner(found)
    try {
      const page = await firstOf(isAway ? [copy, live] : [live, copy], {
        clock: this.#parts.clock,
        afterMs: COPY_AFTER_MS,
        signal,
        isFinal: (error) => error instanceof LiveError && !error.isAway,
        drop: ({ body }) => body.destroy(),
      })
      if (page.source.kind === 'copy') this.#away.went(found)
      return page
    } catch (error) {
      signal?.throwIfAborted()
      throw error instanceof AllFailedError ? whyNeither(error) : error instanceof LiveError ? error.error : error
    }
  }

  async #liveOnly<Value>(live: (own: AbortSignal) => Promise<Value>): Promise<Value> {
    try {
      return await live(new AbortController().signal)
    } catch (error) {
      throw error instanceof LiveError ? error.error : error
    }
  }

  async #livePage(found: FoundSite, request: HttpRequest, isReading: boolean, options: OpenOptions): Promise<PageAnswer> {
    const { sites } = this.#parts
    const { site, cid } = found
    const ask = (peerId: FoundSite['devices'][number]['peerId'], signal: AbortSignal): Promise<HttpAnswer> =>
      sites.fetchFrom(peerId, askedName(found), asked(request, found), signal)
    const drop = ({ body }: HttpAnswer): void => void body.destroy()
    const answer = await this.#live.ask(found, { ...options, path: request.path, isReading, ask, drop })
    this.#away.cameBack(site)
    return this.#shown(found, answer, options, (error) => {
      this.#parts.log.info({ peer: answer.peerId, error }, 'a page broke off')
      this.#memory.failed(site, answer.peerId, connectionOf(this.#parts.peers, answer.peerId), error)
      if (cid !== null) this.#away.went(found)
    })
  }

  async #connection(found: FoundSite, request: Wanted, options: OpenOptions): Promise<HttpConnection | PageAnswer> {
    const { sites } = this.#parts
    const drop = (value: HttpConnection | HttpAnswer): void => void ('stream' in value ? value.stream : value.body).destroy()
    const answer = await this.#liveOnly(() =>
      this.#live.ask<HttpConnection | HttpAnswer>(found, {
        ...options,
        path: request.path,
        isReading: true,
        ask: (peerId, signal) => sites.connectTo(peerId, askedName(found), asked(request, found), signal),
        drop,
      }),
    )
    const { value, peerId } = answer
    return 'stream' in value ? value : this.#shown(found, { peerId, value }, options, () => {})
  }

  #shown(found: FoundSite, { peerId, value }: LiveAnswer<HttpAnswer>, { signal }: OpenOptions, onCut: (error: unknown) => void): PageAnswer {
    const connection = this.#parts.peers.connection(peerId)
    const route = (value.peer ?? connection?.peer)?.route ?? 'direct'
    const source = { kind: 'live', peerId, route, rttMs: connection?.rttMs ?? null } as const
    return { ...answered(value, found), body: cutBody(value.body, 'answer', signal, onCut), source, found }
  }

  #shownHere(found: FoundSite, answer: HttpAnswer, { signal }: OpenOptions): PageAnswer {
    return { ...answered(answer, found), body: cutBody(answer.body, 'answer', signal, () => {}), source: { kind: 'here' }, found }
  }

  /** A name that this account does not have any more is no site of its own, whatever is published here. */
  #isHere(found: FoundSite): boolean {
    return found.owner === this.#parts.people.me && this.#parts.sites.isHere(askedName(found))
  }

  #forgive(found: FoundSite): void {
    this.#away.cameBack(found.site)
    for (const { peerId } of found.devices) this.#memory.forgive(found.site, peerId)
  }

  /** Beside what is shown, and now and then: an answer, whatever it says, means that they are back. */
  #lookForOwner(found: FoundSite): void {
    const { site, devices } = found
    if (!this.#away.isToLook(site)) return
    for (const { peerId } of devices) this.#memory.forgive(site, peerId)
    const request: HttpRequest = { method: 'HEAD', path: '/', headers: [] }
    this.#livePage(found, request, true, { signal: this.#stopped.signal }).then(
      ({ body }) => void body.destroy(),
      (error: unknown) => {
        if (error instanceof LiveError && !error.isAway) this.#away.cameBack(site)
      },
    )
  }
}

/** Nothing newer could be found out. */
function orMoved(error: unknown): null {
  if (error instanceof OwnerMovedError) throw error
  return null
}

function both(own: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? own : AbortSignal.any([own, signal])
}

/** Errors that another zone may mend: where it points, and who is there. */
function isOfPlace({ facts: { code } }: OpenError): boolean {
  return code === 'device-unreachable' || code === 'no-site' || code === 'copy-missing' || code === 'silent'
}

/** Neither the owner nor a copy: what the copy says where nobody of the owner was there, otherwise what they said. */
function whyNeither({ errors }: AllFailedError): unknown {
  const live = errors.find((error) => error instanceof LiveError)
  const copy = errors.find((error) => error instanceof OpenError)
  if (live === undefined || copy === undefined) return copy ?? live?.error
  const isOffline = ['device-unreachable', 'cut', 'silent'].includes(live.error.facts.code)
  return isOffline || copy.facts.code === 'copy-damaged' ? copy : live.error
}

function inWords(error: unknown, site: SiteName): unknown {
  if (error instanceof LatchError && error.code === 'BAD_INPUT') return new OpenError({ step: 'address', code: 'bad-address', why: error.message }, { cause: error })
  if (error instanceof LatchError) return new OpenError({ step: 'answer', code: 'no-site', why: error.message }, { cause: error })
  if (error instanceof OpenError) return error
  return new OpenError({ step: 'answer', code: 'internal', why: `${site} could not be shown by this device; the log has the cause.` }, { cause: error })
}
