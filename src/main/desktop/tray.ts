import { Menu, nativeImage, Tray } from 'electron'
import type { DoNotDisturb, QuietSpan } from '../../shared/model/settings.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { trayMenu, trayTip, type TrayChoice } from './tray-menu.ts'

export interface TrayActions {
  readonly open: () => void
  readonly quit: () => void
  readonly setQuiet: (chosen: QuietSpan | 'off') => void
}

export interface ShownTray {
  /** What the menu says of do-not-disturb; null while there is no account. */
  readonly show: (doNotDisturb: DoNotDisturb | null) => void
}

/**
 * The icon by which an app without a window is still there. Null where the desktop has no place for one; closing the
 * window then quits, as nobody could find it again.
 */
export function createTray(icon: string, actions: TrayActions, clock: Clock, log: Log): ShownTray | null {
  const choose = (choice: TrayChoice): void => {
    if (choice === 'open') actions.open()
    else if (choice === 'quit') actions.quit()
    else actions.setQuiet(choice.quiet)
  }
  try {
    const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: 20, height: 20 }))
    const show = (doNotDisturb: DoNotDisturb | null): void => {
      const nowMs = clock.nowMs()
      tray.setToolTip(trayTip(doNotDisturb, nowMs))
      tray.setContextMenu(
        Menu.buildFromTemplate(
          trayMenu(doNotDisturb, nowMs).map((entry) => {
            if (entry === null) return { type: 'separator' }
            const { label, choose: choice } = entry
            return choice === null ? { label, enabled: false } : { label, click: () => choose(choice) }
          }),
        ),
      )
    }
    show(null)
    tray.on('click', () => actions.open())
    return { show }
  } catch (error) {
    log.info({ error }, 'no tray on this desktop')
    return null
  }
}
