import { BrowserWindow, nativeTheme, screen } from 'electron'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SECOND } from '../../shared/units.ts'
import { writeFileAtomic } from '../platform/atomic-file.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { APP_ORIGIN } from './links.ts'
import { placeWindow, WindowState } from './window-state.ts'

export interface WindowFiles {
  readonly preload: string
  readonly icon: string
  /** Where the window's place is kept. */
  readonly state: string
}

/** Below this the list and the content take turns, and below 360 px a line of chat is no longer read with ease. */
const SMALLEST = { width: 360, height: 480 }

/** The first frame has the colour of the page, so that no white flashes before it. */
const BACKGROUND = { light: '#faf9f7', dark: '#1a1917' }

/** A page that ends sooner than this after it was loaded anew would do so again. */
const REVIVE_EVERY_MS = 10 * SECOND

/** Opens the one window; shown when its first frame is ready. Sandboxed, isolated, without Node. */
export function openWindow(files: WindowFiles, clock: Clock, log: Log): BrowserWindow {
  const { maximized, ...place } = placeWindow(
    readState(files.state),
    screen.getAllDisplays().map((display) => display.workArea),
  )
  let revivedMs = -Infinity
  const window = new BrowserWindow({
    ...place,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Latch',
    icon: files.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: files.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: true,
      navigateOnDragDrop: false,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') revive(window, reason)
  })
  window.on('close', () => void keepWindowState(window, files.state, log))
  void window.loadURL(`${APP_ORIGIN}/index.html`).catch((error: unknown) => {
    log.error({ error }, 'the window could not load')
  })
  return window

  /** A page whose process ended is loaded anew, but not over and over: then it waits until somebody opens it again. */
  function revive(window: BrowserWindow, reason: string): void {
    const nowMs = clock.monotonicMs()
    const again = nowMs - revivedMs > REVIVE_EVERY_MS
    log.error({ reason, again }, 'the process of the page ended')
    if (!again) return
    revivedMs = nowMs
    window.reload()
  }
}

function readState(file: string): WindowState | null {
  try {
    return WindowState.parse(JSON.parse(readFileSync(join(file), 'utf8')))
  } catch {
    // No file yet, or one that says nothing usable: the window opens in the middle, and closing it writes a good one.
    return null
  }
}

/** Quitting closes windows without a `close` of theirs: whoever quits calls this before. */
export async function keepWindowState(window: BrowserWindow, file: string, log: Log): Promise<void> {
  const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() }
  await writeFileAtomic(file, JSON.stringify(state)).catch((error: unknown) => {
    log.warn({ error }, 'the place of the window was not kept')
  })
}
