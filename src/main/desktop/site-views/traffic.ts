import type { Session } from 'electron'
import type { ViewTerms } from '../../features/browse/types.ts'
import { judgeRequest, type Home, type Refusal } from './addresses.ts'
import { TAG } from './carried.ts'
import { MAX_OPEN_REQUESTS } from './limits.ts'

/** A view as its session knows it. */
export interface ViewInSession {
  readonly contentsId: number
  readonly terms: ViewTerms
  readonly home: () => Home
  readonly refused: (refusal: Refusal | { kind: 'permission' | 'download'; what: string }) => void
  readonly isByPerson: () => boolean
  /** Requests that are under way, by Chromium's number of them. */
  readonly open: Map<number, OpenRequest>
  /** It asked for more at once than is held for it. */
  readonly tooMany: () => void
}

export interface OpenRequest {
  readonly view: ViewInSession
  readonly isPage: boolean
  /** A page, or a frame in one. */
  readonly isDocument: boolean
  readonly gone: AbortController
}

export interface Traffic {
  /** The request that a tag stands for; null: it is over, or there was none. */
  of(tag: string | null): OpenRequest | null
}

/**
 * Lets through what a view of its kind may ask, and refuses everything else before it leaves the browser's process;
 * remembers which view asked, and tells what serves it when the page goes away, of which nothing else tells.
 */
export function watchTraffic(session: Session, viewOf: (contentsId: number | undefined) => ViewInSession | null): Traffic {
  const open = new Map<number, OpenRequest>()
  const end = (id: number): void => {
    const request = open.get(id)
    if (request === undefined) return
    open.delete(id)
    request.view.open.delete(id)
    request.gone.abort()
  }
  session.webRequest.onBeforeRequest((details, answer) => {
    const { id, url, resourceType } = details
    const view = viewOf(details.webContentsId)
    if (view === null) return answer({ cancel: true })
    const verdict = judgeRequest(view.home(), url)
    if (typeof verdict === 'object') {
      view.refused(verdict)
      return answer({ cancel: true })
    }
    // A redirect is the same request again. A WebSocket is counted by the guard that it goes through.
    if (resourceType !== 'webSocket' && !open.has(id)) {
      if (view.open.size >= MAX_OPEN_REQUESTS) {
        view.tooMany()
        return answer({ cancel: true })
      }
      const isPage = resourceType === 'mainFrame'
      const request = { view, isPage, isDocument: isPage || resourceType === 'subFrame', gone: new AbortController() }
      open.set(id, request)
      view.open.set(id, request)
    }
    return answer({})
  })
  session.webRequest.onBeforeSendHeaders(({ id, url, requestHeaders, webContentsId }, answer) => {
    if (!/^(?:peer|ws):/.test(url)) return answer({})
    const kept = Object.entries(requestHeaders).filter(([name]) => name.toLowerCase() !== TAG)
    const tag = url.startsWith('ws:') ? `view-${webContentsId ?? ''}` : String(id)
    return answer({ requestHeaders: { ...Object.fromEntries(kept), [TAG]: tag } })
  })
  session.webRequest.onCompleted(({ id }) => end(id))
  session.webRequest.onErrorOccurred(({ id }) => end(id))
  return { of: (tag) => open.get(Number(tag ?? Number.NaN)) ?? null }
}
