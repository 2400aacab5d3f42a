import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Notice, OnChoice, Show, Shown } from './notice.ts'
import { bodyText, titleText } from './notice-words.ts'
import { openNotificationBus, type NotificationBus } from './notification-bus.ts'

export interface BusNotificationParts {
  readonly address: string
  /** Where the bus, or what shows notifications on it, cannot show buttons. */
  readonly plain: Show
  readonly clock: Clock
  readonly log: Log
}

/** More at a time than this, and the oldest goes. */
const MAX_SHOWN = 32

interface Entry {
  readonly onChoice: OnChoice
  readonly shownMs: number
}

/**
 * Notifications with buttons on Linux. The bus is looked for with the first of them; a desktop without one, or whose
 * service knows no actions, gets the plain notification instead, which opens the window.
 */
export function createBusNotifications({ address, plain, clock, log }: BusNotificationParts): {
  show: Show
  end: () => void
} {
  const onScreen = new Map<number, Entry>()
  let bus: Promise<NotificationBus> | null = null

  const chosen = (id: number, choice: string, text?: string): void => {
    const entry = onScreen.get(id)
    if (entry !== undefined) entry.onChoice(choice, clock.monotonicMs() - entry.shownMs, text)
  }
  // A service that has no field after all tells its button: the answer is written in the window.
  const invoked = (id: number, key: string): void => chosen(id, key === DEFAULT_ACTION || key === REPLY_ACTION ? 'open' : key)
  const replied = (id: number, text: string): void => chosen(id, 'reply', text)
  const gone = (): void => {
    onScreen.clear()
    bus = null
  }
  const opened = (): Promise<NotificationBus> => {
    bus ??= openNotificationBus(address, { invoked, replied, closed: (id) => void onScreen.delete(id), gone }, log)
    return bus
  }

  const show: Show = (notice, onChoice) => {
    let withdraw = (): void => {}
    let isWithdrawn = false
    const shown: Shown = {
      withdraw() {
        isWithdrawn = true
        withdraw()
      },
    }
    const showPlain = (): void => {
      if (!isWithdrawn) ({ withdraw } = plain(notice, onChoice))
    }
    opened()
      .then((service) => {
        if (!service.capabilities.has('actions')) return showPlain()
        if (isWithdrawn) return undefined
        return service.notify(wordsOf(notice, service, clock), (id) => {
          if (id === null) return showPlain()
          if (isWithdrawn) return service.close(id)
          const entry = { onChoice, shownMs: clock.monotonicMs() }
          onScreen.set(id, entry)
          withdraw = () => {
            // After another service came, the number may be another notification's.
            if (onScreen.get(id) !== entry) return
            onScreen.delete(id)
            service.close(id)
          }
          for (const oldest of onScreen.keys()) {
            if (onScreen.size <= MAX_SHOWN) break
            onScreen.delete(oldest)
            service.close(oldest)
          }
        })
      })
      .catch((error: unknown) => {
        log.info({ error }, 'no notifications over the session bus')
        bus = null
        showPlain()
      })
    return shown
  }

  return {
    show,
    end: () => void bus?.then((service) => service.end()).catch(() => {}),
  }
}

/** The key of a click beside the buttons. */
const DEFAULT_ACTION = 'default'
/** Of the field for an answer, and what a service calls it that has one. */
const REPLY_ACTION = 'inline-reply'

function wordsOf({ title, body, buttons, reply, untilMs }: Notice, { capabilities }: NotificationBus, clock: Clock) {
  const field = reply !== undefined && capabilities.has(REPLY_ACTION) ? titleText(reply) : null
  return {
    title: titleText(title),
    body: bodyText(body, capabilities.has('body-markup') ? 'markup' : 'plain'),
    actions: [DEFAULT_ACTION, 'Open', ...buttons.flatMap(({ id, label }) => [id, label]), ...(field === null ? [] : [REPLY_ACTION, 'Reply'])],
    reply: field,
    forMs: untilMs === null ? null : Math.max(1, Math.round(untilMs - clock.nowMs())),
  }
}
