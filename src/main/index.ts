import { app, BrowserWindow, dialog, shell } from 'electron'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveHttp, type HttpDoor } from './control/index.ts'
import { declareAppScheme, serveApp } from './desktop/app-scheme.ts'
import { createBridge, type Nudge } from './desktop/bridge.ts'
import { watchLinks } from './desktop/deep-link.ts'
import { guardWebContents } from './desktop/guards.ts'
import { installMenu } from './desktop/menu.ts'
import { notifyInBackground } from './desktop/notifications.ts'
import { createTray } from './desktop/tray.ts'
import { createSafeStorageVault } from './desktop/vault.ts'
import { keepWindowState, openWindow } from './desktop/window.ts'
import { defaultDataFolder } from './platform/data-folder.ts'
import { desktopConfig } from './node/config.ts'
import { openPeerNode } from './node/peer-node.ts'
import type { PeerNode } from './node/types.ts'
import { systemClock } from './platform/clock.ts'
import { createLog } from './platform/log.ts'

/*
 * The desktop: what starts, in what order, and what stops.
 *
 *   one process a data folder → scheme and guards → (ready) window, while the node opens beside it → bridge, tray, menu
 *   quit → notifications → HTTP → node (writes, closes) → exit
 */

const dataFolder = process.env['LATCH_DATA'] ?? defaultDataFolder()
// Chromium's own files (caches, the window's storage) lie apart from the account's.
app.setPath('userData', join(dataFolder, 'window'))
app.setName('Latch')

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
  declareAppScheme()
  guardWebContents(log)

  const { promise: node, resolve: nodeOpened, reject: nodeFailed } = Promise.withResolvers<PeerNode>()
  let http: HttpDoor | null = null
  const bridge = createBridge(node, () => http, log)
  const running = new AbortController()
  let window: BrowserWindow | null = null
  let hasTray = false
  let quitting = false

  const open = (): BrowserWindow => {
    if (window !== null && !window.isDestroyed()) {
      if (window.isMinimized()) window.restore()
      window.show()
      return window
    }
    const opened = openWindow(files, log)
    opened.on('close', (event) => {
      if (quitting || !hasTray) return
      event.preventDefault()
      opened.hide()
    })
    window = opened
    return opened
  }
  const nudge = (what: Nudge): void => {
    if (app.isReady()) bridge.nudge(what, open().webContents)
    else void app.whenReady().then(() => bridge.nudge(what, open().webContents))
  }
  const show = (path: string): void => nudge({ type: 'latch:show', path })

  watchLinks((link) => nudge({ type: 'latch:link', link }))
  app.on('second-instance', () => open().focus())
  app.on('activate', () => open())
  app.on('window-all-closed', () => app.quit())

  // Not a top-level await: that deadlocks an ES module main process.
  void app.whenReady().then(async () => {
    serveApp(files.renderer)
    open()
    installMenu({ show, openDataFolder: () => void shell.openPath(dataFolder) })
    hasTray = createTray(files.icon, { open, quit: () => app.quit() }, log) !== null
    await openNode()
  })

  async function openNode(): Promise<void> {
    try {
      const parts = { clock: systemClock, log, random: (bytes: number) => new Uint8Array(randomBytes(bytes)) }
      const opened = await openPeerNode(desktopConfig({ dataFolder, vault: createSafeStorageVault(), env: process.env }), parts)
      nodeOpened(opened)
      http = await serveHttp({ ...parts, node: opened, port: 0, staticFolder: files.renderer })
      void opened.stopped.then(() => app.quit())
      notifyOnceNamed(opened)
    } catch (error) {
      nodeFailed(error)
      log.error({ error }, 'the node did not open')
      dialog.showErrorBox('Latch cannot start', error instanceof Error ? error.message : String(error))
      app.exit(1)
    }
  }

  function notifyOnceNamed(opened: PeerNode): void {
    const actions = { show, windowHasFocus: () => BrowserWindow.getFocusedWindow() !== null }
    void (async () => {
      for await (const item of opened.identity.watch(running.signal)) {
        const identity = item.kind === 'snapshot' ? item.snapshot : item.event.identity
        if (identity.state === 'ready') return notifyInBackground(opened.household(), actions, log, running.signal)
      }
    })()
  }

  app.on('before-quit', (event) => {
    if (quitting) return
    quitting = true
    event.preventDefault()
    running.abort()
    const kept = window === null || window.isDestroyed() ? null : keepWindowState(window, files.state, log)
    void node
      .then(async (opened) => {
        await http?.close()
        await opened.stop()
        await kept
      })
      .catch((error: unknown) => log.error({ error }, 'stopping failed'))
      .finally(() => app.exit(0))
  })
}
