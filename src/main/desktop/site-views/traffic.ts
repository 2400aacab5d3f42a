import type { Session } from 'electron'
import type { MadeFile, ViewTerms } from '../../features/browse/types.ts'
import { judgeRequest, type Home, type Refusal } from './addresses.ts'
import { TAG } from './carried.ts'
import { MAX_OPEN_REQUESTS } from './limits.ts'

/** A view as its session knows it. */
export interface ViewInSession {
  readonly contentsId: number
  readonly terms: ViewTerms
  readonly home: () => Home
  readonly refused: (refusal: Refusal | { kind: 'permission' | 'download'; what: string }) => void
  readonly offered: (file: { readonly url: string; readonly name: string; readonly made?: MadeFile }) => void
  /** Requests that are under way, by Chromium's number of them. */
  readonly open: Map<number, OpenRequest>
  /** It made the main process do something, of which there can be too much. */
  readonly strain: () => void
}

export interface OpenRequest {
  readonly view: ViewInSession
  readonly isPage: boolean
  /** A page, or a frame in one. */
  readonly isDocument: boolean
  readonly gone: AbortController
}

/**
 * Beside the policies of whoever answers: no dialogs, printing, pointer lock or presentation; only a person's click takes
 * the tab elsewhere from within a frame.
 */
export const SANDBOX =
  'sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-top-navigation-by-user-activation'

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
    // A redirect is the same request again. A WebSocket is held by the guard that it goes through.
    if (resourceType === 'webSocket') view.strain()
    if (resourceType !== 'webSocket' && !open.has(id)) {
      if (view.open.size >= MAX_OPEN_REQUESTS) {
        view.strain()
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
  session.webRequest.onHeadersReceived(({ url, resourceType, responseHeaders }, answer) => {
    // What a site answers is given it where it is served.
    if (!url.startsWith('https:') || (resourceType !== 'mainFrame' && resourceType !== 'subFrame')) return answer({})
    return answer({ responseHeaders: { ...responseHeaders, 'X-DNS-Prefetch-Control': ['off'], ...withSandbox(responseHeaders) } })
  })
  session.webRequest.onCompleted(({ id }) => end(id))
  session.webRequest.onErrorOccurred(({ id }) => end(id))
  return { of: (tag) => open.get(Number(tag ?? Number.NaN)) ?? null }
}

/** Header names come as they were written. */
function withSandbox(headers: Record<string, string[]> | undefined): Record<string, string[]> {
  const name = Object.keys(headers ?? {}).find((key) => key.toLowerCase() === 'content-security-policy') ?? 'Content-Security-Policy'
  return { [name]: [...(headers?.[name] ?? []), SANDBOX] }
}
