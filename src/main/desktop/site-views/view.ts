import { WebContentsView, type Input } from 'electron'
import type { PageKey, PageView, ViewTerms } from '../../features/browse/types.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { judgeNavigation, refusalOf, siteOf, type Home } from './addresses.ts'
import { keyTaken } from './keys.ts'
import { CHARS_OF_ONE_STRAIN, CLOSE_MS, GESTURE_MS, MAX_TITLE_CHARS, MAX_TOLD_CHARS, STRAIN_OF_FRAME, STRAIN_OF_PAGE } from './limits.ts'
import { offerPageMenu } from './page-menu.ts'
import { openSiteSession } from './site-session.ts'
import { spared, strained } from './spare.ts'
import type { StallWatch } from './stalls.ts'
import type { ViewInSession } from './traffic.ts'

export interface ViewParts {
  readonly clock: Clock
  readonly log: Log
  readonly random: (bytes: number) => Uint8Array
  readonly stalls: StallWatch
  /** What the window does with a view. */
  readonly stage: {
    add(view: WebContentsView): void
    remove(view: WebContentsView): void
    /** Null: none is shown. */
    show(view: WebContentsView | null, focus: boolean): void
    isShown(view: WebContentsView): boolean
    focusWindow(): void
    toggleFullscreen(): void
    chooseFromMenu(accelerator: string): void
  }
}

/** Chromium's numbers of errors. https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h */
const ABORTED = -3
const BLOCKED: ReadonlySet<number> = new Set([-20, -21, -22, -27, -29, -30])
const isCertificate = (code: number): boolean => code <= -200 && code > -300

const GESTURES: ReadonlySet<string> = new Set(['mouseDown', 'mouseUp', 'keyDown', 'rawKeyDown', 'gestureTap', 'touchEnd'])

export function createView(terms: ViewTerms, parts: ViewParts): PageView {
  const { clock, log, stage } = parts
  const { events } = terms
  const shared = openSiteSession(terms, parts)
  let home: Home = { kind: terms.kind, site: null }
  let isClosed = false
  let isHung = false
  let lastGestureMs = -Infinity
  const view = new WebContentsView({
    webPreferences: {
      session: shared.session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      plugins: false,
      spellcheck: false,
      disableDialogs: true,
      navigateOnDragDrop: false,
      disableHtmlFullscreenWindowResize: true,
      devTools: false,
      autoplayPolicy: 'document-user-activation-required',
    },
  })
  const contents = view.webContents
  const gesture = (): number => (lastGestureMs = clock.monotonicMs())
  const isByPerson = (): boolean => clock.monotonicMs() - lastGestureMs <= GESTURE_MS
  const watched = parts.stalls.enter()
  const tell = spared(clock)
  const strain = strained(clock, () => {
    log.warn({}, 'a page is more than the window can bear; its process is ended')
    end()
  })
  /** By the system: what is asked of Chromium, or has a task of its own, waits behind all that the page says. */
  function end(): void {
    const pid = contents.getOSProcessId()
    // 0: there is none any more.
    if (pid > 0) process.kill(pid, 'SIGKILL')
  }
  const refused = (kind: Parameters<typeof events.refused>[0], what: string): void => {
    strain.add()
    if (tell()) events.refused(kind, what.slice(0, MAX_TOLD_CHARS))
  }
  const here: ViewInSession = {
    contentsId: contents.id,
    terms,
    home: () => home,
    refused: ({ kind, what }) => refused(kind, what),
    offered(file) {
      strain.add()
      if (tell()) events.offered({ ...file, byPerson: isByPerson() })
      else file.made?.drop()
    },
    open: new Map(),
    strain: () => strain.add(),
  }

  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  guardNavigation()
  contents.on('input-event', (_event, { type }) => {
    if (GESTURES.has(type)) gesture()
  })
  offerPageMenu(contents, { home: () => home, place: () => view.getBounds(), isByPerson, chosen: gesture, events })
  contents.on('before-input-event', (event, input) => takeKey(event, input))
  contents.on('zoom-changed', (_event, direction) => events.pressed(direction === 'in' ? 'zoom-in' : 'zoom-out'))
  // It cannot hold the tab.
  contents.on('will-prevent-unload', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('select-client-certificate', (event, _url, _list, choose) => {
    event.preventDefault()
    ;(choose as () => void)()
  })
  contents.on('login', (event, _details, { isProxy, host, port }, answer) => {
    const known = isProxy ? shared.login(host, port) : null
    if (known === null) return
    event.preventDefault()
    answer(known.username, known.password)
  })
  // The permission was refused before; this is for a way around that.
  contents.on('enter-html-full-screen', () => {
    refused('fullscreen', 'fullscreen')
    void contents.executeJavaScript('document.exitFullscreen()').catch(() => {})
  })
  tellWhatHappens()
  feelWhatHappens()
  stage.add(view)
  const ready = shared.enter(here)
  ready.catch((error: unknown) => {
    log.error({ error }, 'a view has no guard; it opens nothing')
    if (!isClosed) events.failed('blocked', 'The guard of this page could not start.')
  })

  function guardNavigation(): void {
    const judge = (event: { preventDefault(): void; url: string; isMainFrame: boolean }): void => {
      const verdict = judgeNavigation(home, event.url, event.isMainFrame)
      strain.add()
      if (verdict === 'go') return
      event.preventDefault()
      if (verdict !== 'ask') refused(verdict.kind, verdict.what)
      else if (tell()) events.wantsToGo(event.url, 'link', isByPerson())
    }
    contents.on('will-frame-navigate', judge)
    contents.on('will-redirect', judge)
    contents.setWindowOpenHandler(({ url, disposition }) => {
      const verdict = judgeNavigation(home, url, true)
      strain.add()
      if (typeof verdict === 'object') refused('window', refusalOf(url).what)
      else if (tell()) events.wantsToGo(url, disposition === 'background-tab' ? 'background' : 'window', isByPerson())
      return { action: 'deny' }
    })
  }

  function takeKey(event: { preventDefault(): void }, input: Input): void {
    const taken = keyTaken(input, contents.isLoading(), process.platform === 'darwin')
    if (taken.to === 'page') return
    event.preventDefault()
    if (taken.to === 'window') press(taken.key)
    else if (taken.to === 'fullscreen') stage.toggleFullscreen()
    else if (taken.to === 'menu') {
      stage.focusWindow()
      stage.chooseFromMenu(taken.accelerator)
    }
  }

  /** What is typed next is for the window: it has the focus before it hears of the key. */
  function press(key: PageKey): void {
    if (key === 'address' || key === 'find' || key === 'palette' || key === 'leave' || key === 'new-tab') stage.focusWindow()
    events.pressed(key)
  }

  function tellWhatHappens(): void {
    const { navigationHistory: history } = contents
    const navigated = (url: string, isSamePage: boolean): void =>
      events.navigated({ url, canBack: history.canGoBack(), canForward: history.canGoForward(), isSamePage })
    // Of a page without one Chromium gives the address in its place.
    const titled = (title: string): void => events.titled(contents.getURL().endsWith(title) ? '' : title.slice(0, MAX_TITLE_CHARS))
    contents.on('did-navigate', (_event, url) => {
      watched.runsIn(contents.getOSProcessId())
      // An empty page of nobody's, of which nothing asks before.
      if (url.startsWith('about:')) return leftForNothing()
      navigated(url, false)
      // A page that is there again has the title that it had, and Chromium tells only of what changes.
      titled(contents.getTitle())
    })
    contents.on('did-navigate-in-page', (_event, url, isMainFrame) => {
      strain.add()
      if (isMainFrame && !strain.isTooMuch) navigated(url, true)
    })
    contents.on('page-title-updated', (_event, title) => {
      strain.add()
      if (!strain.isTooMuch) titled(title)
    })
    contents.on('did-start-loading', () => strain.isTooMuch || events.loading(true))
    contents.on('did-stop-loading', () => events.loading(false))
    contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
      if (!isMainFrame || code === ABORTED) return
      events.failed(isCertificate(code) ? 'certificate' : BLOCKED.has(code) ? 'blocked' : 'network', description)
    })
    contents.on('render-process-gone', (_event, { reason }) => {
      if (isClosed || reason === 'clean-exit') return
      const why = strain.isTooMuch || watched.wasEnded ? 'too-much' : 'crashed'
      strain.forget()
      isHung = false
      watched.runsIn(0)
      events.failed(why, reason)
    })
    contents.on('unresponsive', () => events.hung((isHung = true)))
    contents.on('responsive', () => events.hung((isHung = false)))
    contents.on('found-in-page', (_event, { matches, activeMatchOrdinal }) => events.found(matches, activeMatchOrdinal))
  }

  /** What Electron tells of, whether or not anybody listens. */
  function feelWhatHappens(): void {
    const one = (): void => strain.add()
    contents.on('console-message', ({ message }) => strain.add(1 + message.length / CHARS_OF_ONE_STRAIN))
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (!isSameDocument) strain.add(isMainFrame ? STRAIN_OF_PAGE : STRAIN_OF_FRAME)
    })
    contents.on('frame-created', one)
    contents.on('page-favicon-updated', one)
    contents.on('did-change-theme-color', one)
  }

  function leftForNothing(): void {
    refused('navigation', 'about:')
    events.failed('blocked', 'The page replaced itself with an empty one.')
  }

  /** Never from within what Chromium just tells of: a page that is taken away in its own event takes the program with it. */
  const whenReady = (run: () => void): void =>
    void ready.then(
      () =>
        setImmediate(() => {
          if (!isClosed && !contents.isDestroyed()) run()
        }),
      () => {},
    )
  let found = ''

  return {
    load(url) {
      const site = terms.kind === 'site' ? siteOf(url) : null
      const isHome = terms.kind === 'exit' ? url.startsWith('https://') : site !== null && (home.site ?? site) === site
      if (!isHome) return events.failed('blocked', 'This view shows another site.')
      home = { kind: terms.kind, site }
      strain.forget()
      // What went wrong is told by did-fail-load.
      whenReady(() => void contents.loadURL(url).catch(() => {}))
    },
    reload() {
      strain.forget()
      whenReady(() => contents.reload())
    },
    stop: () => whenReady(() => contents.stop()),
    back: () => went(!isClosed && contents.navigationHistory.canGoBack(), () => contents.navigationHistory.goBack()),
    forward: () => went(!isClosed && contents.navigationHistory.canGoForward(), () => contents.navigationHistory.goForward()),
    find(text, forward) {
      if (isClosed || text === '') return
      contents.findInPage(text, { forward, findNext: text !== found })
      found = text
    },
    stopFind() {
      found = ''
      if (!isClosed) contents.stopFindInPage('clearSelection')
    },
    zoom(factor) {
      if (!isClosed) contents.setZoomFactor(factor)
    },
    show(focus) {
      if (isClosed) return
      watched.lookedAt(true)
      stage.show(view, focus)
    },
    hide() {
      watched.lookedAt(false)
      if (!isClosed && stage.isShown(view)) stage.show(null, false)
    },
    close() {
      if (isClosed) return
      isClosed = true
      if (isHung) end()
      stage.remove(view)
      shared.leave(here)
      watched.leave()
      setImmediate(() => {
        if (!contents.isDestroyed()) contents.close()
      })
      clock.after(CLOSE_MS, () => {
        if (!contents.isDestroyed()) contents.forcefullyCrashRenderer()
      })
    },
  }

  function went(can: boolean, go: () => void): boolean {
    if (can) whenReady(go)
    return can
  }
}
