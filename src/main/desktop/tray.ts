import { Menu, nativeImage, Tray } from 'electron'
import type { Log } from '../platform/log.ts'

export interface TrayActions {
  readonly open: () => void
  readonly quit: () => void
}

/**
 * The icon by which an app without a window is still there. Null where the desktop has no place for one; closing the
 * window then quits, as nobody could find it again.
 */
export function createTray(icon: string, actions: TrayActions, log: Log): Tray | null {
  try {
    const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: 20, height: 20 }))
    tray.setToolTip('Latch')
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open Latch', click: () => actions.open() },
        { type: 'separator' },
        { label: 'Quit', click: () => actions.quit() },
      ]),
    )
    tray.on('click', () => actions.open())
    return tray
  } catch (error) {
    log.info({ error }, 'no tray on this desktop')
    return null
  }
}
