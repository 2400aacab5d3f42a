import { join } from 'node:path'
import { app, session as sessions, type Session, type WebContents } from 'electron'
import type { ViewTerms } from '../../features/browse/types.ts'
import type { Log } from '../../platform/log.ts'
import { carryTunnels, carryWebSockets, TAG } from './carried.ts'
import { openGuard, type Guard } from './guard.ts'
import { MAX_TOLD_CHARS } from './limits.ts'
import { holdMadeFiles, type MadeFiles } from './made-files.ts'
import { markAsPagesOfOthers } from './registry.ts'
import { servePage } from './serve.ts'
import { watchTraffic, type ViewInSession } from './traffic.ts'

export interface SessionParts {
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
}

/** What all views of one partition share: the storage, what carries their requests, and what refuses them. */
export interface SiteSession {
  readonly session: Session
  /** From then on the view is served. Resolves once nothing can get past the guards. Errors: the guard does not open. */
  enter(view: ViewInSession): Promise<void>
  leave(view: ViewInSession): void
  /** The password of the guard, for Chromium and nobody else. */
  login(host: string, port: number): { username: string; password: string } | null
}

/** Nothing listens on the discard port. */
const DEAD = '127.0.0.1:9'
/** For every scheme: Chromium goes nowhere by itself. */
export const DEAD_PROXY = `http=${DEAD};https=${DEAD};ftp=${DEAD};socks=${DEAD}`
let madeFiles: MadeFiles | null = null
const bySession = new WeakMap<Session, SiteSession>()

/** Of an exit in memory only. */
export function sessionOf(kind: ViewTerms['kind'], partition: string): Session {
  return sessions.fromPartition(kind === 'site' ? `persist:site-${partition}` : `exit-${partition}`)
}

/** A session of Electron lives as long as the program: its guards are put up once. */
export function openSiteSession({ kind, partition }: Pick<ViewTerms, 'kind' | 'partition'>, parts: SessionParts): SiteSession {
  const session = sessionOf(kind, partition)
  const known = bySession.get(session)
  if (known !== undefined) return known
  const made = createSiteSession(kind, session, parts)
  bySession.set(session, made)
  return made
}

function createSiteSession(kind: ViewTerms['kind'], session: Session, { log, random }: SessionParts): SiteSession {
  const views: ViewInSession[] = []
  let guard: Guard | null = null
  let ready: Promise<void> = Promise.resolve()

  // What no page can be told of asked (a shared worker): the view that came last.
  const viewOf = (contentsId: number | undefined): ViewInSession | null =>
    views.find((view) => view.contentsId === contentsId) ?? (contentsId === undefined ? views.at(-1) : undefined) ?? null
  const newest = (): ViewTerms | null => views.at(-1)?.terms ?? null

  markAsPagesOfOthers(session)
  session.setUserAgent(plainUserAgent())
  session.setSpellCheckerLanguages([])
  session.setSpellCheckerEnabled(false)
  refusePermissions(session, (contents) => viewOf(contents?.id))
  const traffic = watchTraffic(session, viewOf)
  if (kind === 'site') {
    session.protocol.handle('peer', async (request) => {
      const asked = traffic.of(request.headers.get(TAG))
      if (asked === null) return Response.error()
      return servePage(request, asked).catch((error: unknown) => {
        log.warn({ error }, 'a request of a page was not served')
        return Response.error()
      })
    })
  }
  session.on('will-download', (event, item, contents) => {
    const view = viewOf(contents?.id)
    const url = item.getURL()
    const name = item.getFilename()
    if (view !== null && kind === 'site' && /^(?:blob|data):/.test(url)) {
      madeFiles ??= holdMadeFiles(join(app.getPath('sessionData'), 'made-by-pages'))
      // Of the address nothing is of use but what kind it is.
      const made = madeFiles.take(event, item)
      return made === null ? view.refused({ kind: 'download', what: name }) : view.offered({ url: url.slice(0, MAX_TOLD_CHARS), name, made })
    }
    event.preventDefault()
    if (view === null) return
    if (/^(?:peer|https):/.test(url)) view.offered({ url, name })
    else view.refused({ kind: 'download', what: name })
  })

  async function raise(): Promise<void> {
    const carry =
      kind === 'site'
        ? carryWebSockets(
            () => views.at(-1)?.home().site ?? null,
            (tag) => views.find(({ contentsId }) => `view-${contentsId}` === tag)?.terms ?? newest(),
          )
        : carryTunnels(newest)
    const opened = await openGuard({ random, carry })
    guard = opened
    const ours = `http://127.0.0.1:${opened.port}`
    // For a site only what Chromium knows no proxy of its own for, which are WebSockets, comes to the guard.
    const secure = kind === 'site' ? DEAD : ours
    await session.setProxy({
      mode: 'fixed_servers',
      proxyRules: `http=${DEAD};https=${secure};ftp=${DEAD};socks=${ours}`,
      proxyBypassRules: '<-loopback>',
    })
    await session.closeAllConnections()
    if (views.length === 0) lower()
  }

  function lower(): void {
    guard?.close()
    guard = null
  }

  return {
    session,
    enter(view) {
      views.push(view)
      if (views.length === 1) ready = ready.catch(() => {}).then(raise)
      return ready
    },
    leave(view) {
      const at = views.indexOf(view)
      if (at !== -1) views.splice(at, 1)
      for (const { gone } of view.open.values()) gone.abort()
      if (views.length > 0) return
      lower()
      if (kind === 'exit') void session.clearStorageData().catch((error: unknown) => log.warn({ error }, 'data of an exit was not cleared'))
    },
    login: (host, port) => (guard !== null && host === '127.0.0.1' && port === guard.port ? guard : null),
  }
}

/** Checks are made of every page without its doing too; only what it asks for is told. */
function refusePermissions(session: Session, viewOf: (contents: WebContents | null) => ViewInSession | null): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    viewOf(contents)?.refused({ kind: 'permission', what: permission })
    answer(false)
  })
  session.setPermissionCheckHandler((contents) => {
    viewOf(contents)?.strain()
    return false
  })
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
}

/** As Chromium of the same version says everywhere, and no word of this program. */
function plainUserAgent(): string {
  const major = process.versions['chrome']?.split('.')[0] ?? ''
  return app.userAgentFallback
    .replace(/ \S+\/\S+ Chrome\/\S+/, ` Chrome/${major}.0.0.0`)
    .replace(/ Electron\/\S+/, '')
}
