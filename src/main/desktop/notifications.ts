import { Notification } from 'electron'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { createBusNotifications } from './bus-notifications.ts'
import type { Notice, OnChoice, Show } from './notice.ts'
import { bodyText, titleText } from './notice-words.ts'
import { sessionBusAddress } from './notification-bus.ts'

/** Those on the screen: an object that nobody holds is collected, and its click with it. Forgotten ones are few. */
const shown = new Set<Notification>()
const MAX_SHOWN = 32

export interface Notifications {
  readonly show: Show
  readonly end: () => void
}

/** The system's notifications. macOS and Windows get buttons from Electron, Linux over the session bus where it can. */
export function createNotifications(parts: { clock: Clock; log: Log; env: NodeJS.ProcessEnv }): Notifications {
  const { clock, log, env } = parts
  const plain: Show = (notice, onChoice) => showByElectron(notice, onChoice, clock)
  const address = process.platform === 'linux' ? sessionBusAddress(env) : null
  if (address === null) return { show: plain, end: () => {} }
  return createBusNotifications({ address, plain, clock, log })
}

function showByElectron({ title, body, buttons, reply }: Notice, onChoice: OnChoice, clock: Clock): ReturnType<Show> {
  if (!Notification.isSupported()) return { withdraw() {} }
  const linux = process.platform === 'linux'
  const notification = new Notification({
    title: titleText(title),
    body: bodyText(body, linux ? 'markup' : 'exact'),
    silent: false,
    // Linux has no field for it: a click opens the conversation there.
    ...(linux || reply === undefined ? {} : { hasReply: true, replyPlaceholder: titleText(reply) }),
    ...(linux ? {} : { actions: buttons.map(({ label }) => ({ type: 'button' as const, text: label })) }),
  })
  let shownMs: number | null = null
  const forget = (): void => void shown.delete(notification)
  notification.on('show', () => (shownMs ??= clock.monotonicMs()))
  notification.on('click', () => {
    forget()
    onChoice('open', 0)
  })
  notification.on('action', ({ actionIndex }) => {
    forget()
    onChoice(buttons[actionIndex]?.id ?? '', shownMs === null ? 0 : clock.monotonicMs() - shownMs)
  })
  notification.on('reply', ({ reply: text }) => {
    forget()
    onChoice('reply', shownMs === null ? 0 : clock.monotonicMs() - shownMs, text)
  })
  notification.on('close', forget)
  notification.on('failed', forget)
  shown.add(notification)
  for (const oldest of shown) {
    if (shown.size <= MAX_SHOWN) break
    shown.delete(oldest)
  }
  notification.show()
  return {
    withdraw() {
      forget()
      notification.close()
    },
  }
}
