import { Readable } from 'node:stream'
import type { AccountId, KnockId, PeerId } from '../../../../shared/ids.ts'
import type { Asked, OpenStep } from '../../../../shared/model/browse.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { HttpAnswer, HttpConnection, HttpRequest } from '../../../platform/http-message.ts'
import type { Log } from '../../../platform/log.ts'
import { MAX_RUNNING, MAX_SOCKETS, MAX_WAITING } from '../limits.ts'
import type { BrowseDoor, FoundSite, Opening, PageAnswer, ViewRequest } from '../types.ts'
import { OwnerMovedError } from '../opening/index.ts'
import { socketPath, wayOf } from './fetch-policy.ts'
import { Gate } from './gate.ts'
import { headerOf, otherAnswerHeaders, otherRequestHeaders, ownAnswerHeaders, ownRequestHeaders, pageCsp, resolved } from './page-policy.ts'
import { Questions } from './questions.ts'

/** What the tab hears of it. */
export interface LoaderEvents {
  /** The page itself is asked for. */
  readonly pageAsked: (url: string) => void
  readonly pageStep: (url: string, step: OpenStep) => void
  readonly pageAnswered: (url: string, answer: PageAnswer) => void
  readonly pageFailed: (url: string, error: unknown) => void
  /** Nobody wants it any more: it was stopped. */
  readonly pageDropped: (url: string) => void
  /** The site says that the page is elsewhere, beyond this view. */
  readonly pageMoved: (url: string) => void
  /** The name is another account's now: nothing of theirs comes into this view. */
  readonly ownerChanged: (url: string, found: FoundSite) => void
  /** A part of the page came from there. */
  readonly partAnswered: (answer: PageAnswer) => void
  readonly asked: (kind: Asked['kind'], what: string, outcome: Asked['outcome'], knock: KnockId | null) => void
}

export interface SiteLoaderParts {
  readonly site: SiteName
  readonly owner: AccountId
  readonly opening: Opening
  readonly door: Pick<BrowseDoor, 'load'>
  readonly clock: Clock
  readonly log: Log
  /** The device that the page came from, as far as it is known. */
  readonly from: () => PeerId
  readonly events: LoaderEvents
}

/** What one view of a site asks for, all of it: judged, put in line, fetched, and given its headers. Never rejects. */
export class SiteLoader {
  readonly #parts: SiteLoaderParts
  readonly #gate = new Gate(MAX_RUNNING, MAX_WAITING)
  readonly #sockets = new Gate(MAX_SOCKETS, 0)
  readonly #questions: Questions
  #isAgain = false

  constructor(parts: SiteLoaderParts) {
    const { clock, door, events, from, owner, site } = parts
    this.#parts = parts
    this.#questions = new Questions({
      clock,
      door,
      page: () => ({ owner, peerId: from(), site }),
      told: (target, outcome, knock) => events.asked('site', target, outcome, knock),
    })
  }

  /** The person wants the next page; `again`: that page once more, also from who failed shortly before. */
  expect(again: boolean): void {
    this.#isAgain = again
  }

  /** Whoever waits in line hears no; what runs is the signals' of its requests. */
  close(): void {
    this.#gate.close()
    this.#questions.newPage(true)
  }

  async fetch(request: ViewRequest): Promise<HttpAnswer | null> {
    const { events, log, site } = this.#parts
    try {
      const way = wayOf(request, site)
      switch (way.to) {
        case 'own':
          return await (request.isPage ? this.#page(request, way.path) : this.#part(request, way.path))
        case 'other':
          if (!request.isPage) return await this.#other(request, way)
          events.asked('navigation', way.site, 'denied', null)
          return null
        case 'nowhere':
          events.asked(way.kind, way.what, 'denied', null)
          return null
      }
    } catch (error) {
      if (!request.signal.aborted) log.debug({ error }, 'a request of a page failed')
      return null
    }
  }

  async connect(url: string, request: Omit<HttpRequest, 'method' | 'body'>, signal: AbortSignal): Promise<HttpConnection | HttpAnswer | null> {
    const { events, log, opening, owner, site } = this.#parts
    const path = socketPath(url, site)
    if (path === null) {
      events.asked('outside', URL.parse(url.slice(0, 2_048))?.host ?? 'ws:', 'denied', null)
      return null
    }
    const leave = await this.#sockets.enter(signal)
    if (leave === null) return null
    try {
      const answer = await opening.connect(site, { path, headers: ownRequestHeaders(request.headers, site) }, { signal, owner })
      if ('body' in answer) return { ...answer, headers: ownAnswerHeaders(answer.headers, site), body: leaving(answer.body, leave) }
      answer.stream.once('close', leave)
      return answer
    } catch (error) {
      leave()
      if (!signal.aborted) log.debug({ error }, 'a socket of a page was not opened')
      return null
    }
  }

  async #page(request: ViewRequest, path: string): Promise<HttpAnswer> {
    const { events, opening, owner, site } = this.#parts
    const { url, signal } = request
    const again = this.#isAgain
    this.#isAgain = false
    this.#questions.newPage(again)
    events.pageAsked(url)
    let answer: PageAnswer
    try {
      answer = await opening.fetch(site, cleaned(request, path, site), { signal, owner, again, onStep: (step) => events.pageStep(url, step) })
    } catch (error) {
      if (signal.aborted) events.pageDropped(url)
      else if (error instanceof OwnerMovedError) {
        events.ownerChanged(url, error.found)
        return nothing(site, 204)
      }
      else events.pageFailed(url, error)
      return nothing(site, 502)
    }
    const target = redirectOf(answer, url)
    if (target !== null && !isWithin(target, site)) {
      answer.body.destroy()
      events.pageMoved(target)
      return nothing(site, 204)
    }
    events.pageAnswered(url, answer)
    return { ...answer, headers: ownAnswerHeaders(answer.headers, site) }
  }

  async #part(request: ViewRequest, path: string): Promise<HttpAnswer | null> {
    const { events, opening, owner, site } = this.#parts
    const leave = await this.#gate.enter(request.signal)
    if (leave === null) return null
    try {
      const answer = await opening.fetch(site, cleaned(request, path, site), { signal: request.signal, owner })
      const body = leaving(answer.body, leave)
      const target = redirectOf(answer, request.url)
      // One to another name comes back here as a request of its own, and is asked about.
      const beyond = target === null ? null : wayOf({ url: target, method: 'GET' }, site)
      if (beyond?.to === 'nowhere') {
        body.destroy()
        events.asked(beyond.kind, beyond.what, 'denied', null)
        return null
      }
      events.partAnswered(answer)
      return { ...answer, headers: ownAnswerHeaders(answer.headers, site), body }
    } catch (error) {
      leave()
      if (!(error instanceof OwnerMovedError)) throw error
      events.ownerChanged(request.url, error.found)
      return null
    }
  }

  async #other(request: ViewRequest, to: { readonly site: SiteName; readonly path: string }): Promise<HttpAnswer | null> {
    // Before the line: whoever waits for a person may not keep the page's own pictures waiting.
    if (!(await this.#questions.mayLoad(to.site, request.signal))) return null
    const leave = await this.#gate.enter(request.signal)
    if (leave === null) return null
    try {
      const asked = { method: request.method, path: to.path, headers: otherRequestHeaders(request.headers) }
      const answer = await this.#parts.opening.fetch(to.site, asked, { signal: request.signal })
      return { ...answer, headers: otherAnswerHeaders(answer.headers), body: leaving(answer.body, leave) }
    } catch (error) {
      leave()
      throw error
    }
  }
}

function cleaned(request: ViewRequest, path: string, site: SiteName): HttpRequest {
  const { method, headers, body, lengthBytes } = request
  return { method, path, headers: ownRequestHeaders(headers, site), body, lengthBytes }
}

/** Where an answer says that it is, whole; null: here. */
function redirectOf(answer: HttpAnswer, url: string): string | null {
  const location = answer.status >= 300 && answer.status < 400 ? headerOf(answer.headers, 'location') : null
  return location === null ? null : (resolved(location, url) ?? location)
}

const isWithin = (url: string, site: SiteName): boolean => wayOf({ url, method: 'GET' }, site).to === 'own'

/** Gives the place in line back when the body is read, or nobody wants it. */
function leaving(body: Readable, leave: () => void): Readable {
  if (body.closed || body.destroyed) leave()
  else body.once('close', leave)
  return body
}

/**
 * What a view is given where our window says what happened: nothing, so that its own error pages, which look like anybody's,
 * never show. 204 leaves what is there.
 */
function nothing(site: SiteName, status: 204 | 502): HttpAnswer {
  const headers = [['Content-Type', 'text/html; charset=utf-8'], ['Content-Security-Policy', pageCsp(site)], ['Cache-Control', 'no-store']] as const
  // With nothing at all in it, Chromium would put an error page of its own in its place.
  const body = Readable.from(status === 204 ? [] : [Buffer.from('<!doctype html>')])
  return { status, statusText: '', headers, body, peer: null }
}
