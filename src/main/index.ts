import { app, BrowserWindow, powerMonitor, shell } from 'electron'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveHttp, type HttpDoor } from './control/index.ts'
import { declareSchemes, serveApp } from './desktop/app-scheme.ts'
import { createBridge, type Nudge } from './desktop/bridge.ts'
import { watchLinks } from './desktop/deep-link.ts'
import { guardWebContents } from './desktop/guards.ts'
import { createLockedNode } from './desktop/locked-node.ts'
import { installMenu } from './desktop/menu.ts'
import { watchForNotices } from './desktop/notices.ts'
import { createNotifications } from './desktop/notifications.ts'
import { createSiteViews } from './desktop/site-views/index.ts'
import { createTray, type ShownTray } from './desktop/tray.ts'
import { createSafeStorageVault } from './desktop/vault.ts'
import { windowFolder } from './desktop/window-folder.ts'
import { keepWindowState, openWindow } from './desktop/window.ts'
import { quietFor, type QuietSpan } from '../shared/model/settings.ts'
import { chosenDataFolder } from './platform/data-folder.ts'
import { desktopConfig } from './node/config.ts'
import { openPeerNode } from './node/peer-node.ts'
import type { Household, PeerNode } from './node/types.ts'
import { systemClock } from './platform/clock.ts'
import { createLog } from './platform/log.ts'

/*
 * The desktop: what starts, in what order, and what stops.
 *
 *   one process a data folder → scheme and guards → (ready) window, while the node opens beside it → bridge, tray, menu
 *   quit → notifications → HTTP → node (writes, closes) → exit
 */

/** The system tells idle from active by it, of which nothing here depends. */
const IDLE_SECONDS = 60

const dataFolder = chosenDataFolder()
app.setPath('userData', windowFolder(dataFolder))
app.setName('Latch')
// Windows shows no notification of a program that it cannot tell; an installer sees to that for a package.
if (process.platform === 'win32' && !app.isPackaged) app.setAppUserModelId(process.execPath)

if (!app.requestSingleInstanceLock()) app.exit(0)
else start()

function start(): void {
  const log = createLog({ folder: join(dataFolder, 'logs') })
  const files = {
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    renderer: join(import.meta.dirname, '../renderer'),
    icon: join(import.meta.dirname, '../../resources/icon.png'),
    state: join(dataFolder, 'window.json'),
  }
  process.on('uncaughtException', (error) => log.error({ error }, 'uncaught; the app goes on'))
  process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection; the app goes on'))

  app.enableSandbox()
  declareSchemes()
  guardWebContents(log)

  const parts = { clock: systemClock, log, random: (bytes: number) => new Uint8Array(randomBytes(bytes)) }
  const { promise: node, resolve: nodeOpened } = Promise.withResolvers<PeerNode>()
  let http: HttpDoor | null = null
  let serving: Promise<void> = Promise.resolve()
  const bridge = createBridge(node, () => http, log)
  const running = new AbortController()
  const notifications = createNotifications({ ...parts, env: process.env })
  let window: BrowserWindow | null = null
  let tray: ShownTray | null = null
  let house: Household | null = null
  let quitting = false

  const open = (): BrowserWindow => {
    if (window !== null && !window.isDestroyed()) {
      if (window.webContents.isCrashed()) window.reload()
      if (window.isMinimized()) window.restore()
      window.show()
      return window
    }
    const opened = openWindow(files, systemClock, log)
    opened.on('close', (event) => {
      if (quitting || tray === null) return
      event.preventDefault()
      opened.hide()
    })
    window = opened
    showSites(opened)
    return opened
  }
  /** Once there is an account, and in each window anew. */
  const showSites = (opened: BrowserWindow): void => {
    if (house === null) return
    const end = house.browse.attach(createSiteViews(opened, parts))
    opened.once('closed', end)
  }
  // Links and macOS's `activate` may come before that.
  const ready = app.whenReady().then(() => serveApp(files.renderer))
  const nudge = (what: Nudge): void => void ready.then(() => bridge.nudge(what, open().webContents))
  const show = (path: string): void => nudge({ type: 'latch:show', path })

  watchLinks((link) => nudge({ type: 'latch:link', link }))
  app.on('second-instance', () => void ready.then(() => open().focus()))
  app.on('activate', () => void ready.then(open))
  app.on('window-all-closed', () => app.quit())

  // Not a top-level await: that deadlocks an ES module main process.
  void ready.then(async () => {
    open()
    installMenu({ show, openDataFolder: () => void shell.openPath(dataFolder) })
    tray = createTray(files.icon, { open, quit: () => app.quit(), setQuiet }, systemClock, log)
    const opened = await openNode()
    nodeOpened(opened)
    void opened.stopped.then(() => app.quit())
    await onceNamed(opened)
  })

  /** What keeps it from opening is said in the window, which is there already. */
  async function openNode(): Promise<PeerNode> {
    try {
      const config = desktopConfig({ dataFolder, downloads: app.getPath('downloads'), vault: createSafeStorageVault(), env: process.env })
      const opened = await openPeerNode(config, parts)
      serving = serve(opened)
      return opened
    } catch (error) {
      log.error({ error }, 'the node did not open')
      return createLockedNode(error instanceof Error ? error.message : String(error), { ...parts, dataFolder })
    }
  }

  /** The window does without. */
  async function serve(opened: PeerNode): Promise<void> {
    try {
      http = await serveHttp({ ...parts, node: opened, port: 0, staticFolder: files.renderer })
    } catch (error) {
      log.error({ error }, 'the contract is not served over HTTP')
    }
  }

  /** What the system shows for an account: notifications, and how long nobody is to disturb it. */
  async function onceNamed(opened: PeerNode): Promise<void> {
    for await (const item of opened.identity.watch(running.signal)) {
      const identity = item.kind === 'snapshot' ? item.snapshot : item.event.identity
      if (identity.state !== 'ready') continue
      const household = opened.household()
      house = household
      if (window !== null && !window.isDestroyed()) showSites(window)
      tray?.show(household.settings.get().doNotDisturb)
      household.settings.subscribe(({ doNotDisturb }) => tray?.show(doNotDisturb))
      return watchForNotices(
        {
          ...parts,
          household,
          show: notifications.show,
          open: show,
          isLookedAt: () => BrowserWindow.getFocusedWindow() !== null,
          me: identity.me.account,
          badge: (count) => void app.setBadgeCount(count),
          isLocked: () => powerMonitor.getSystemIdleState(IDLE_SECONDS) === 'locked',
        },
        running.signal,
      )
    }
  }

  function setQuiet(chosen: QuietSpan | 'off'): void {
    const settings = house?.settings
    settings?.set({ doNotDisturb: quietFor(chosen, settings.get().doNotDisturb, systemClock.nowMs()) })
  }

  app.on('before-quit', (event) => {
    if (quitting) return
    quitting = true
    event.preventDefault()
    running.abort()
    notifications.end()
    const closing = window === null || window.isDestroyed() ? null : window
    const kept = closing === null ? null : keepWindowState(closing, files.state, log)
    closing?.hide()
    void node
      .then(async (opened) => {
        await serving
        await http?.close()
        await opened.stop()
      })
      .catch((error: unknown) => log.error({ error }, 'stopping failed'))
      .then(() => kept)
      .finally(() => app.exit(0))
  })
}
