import { Notification } from 'electron'
import { nameOf } from '../../shared/model/contacts.ts'
import type { AccountId } from '../../shared/ids.ts'
import type { Capability } from '../../shared/model/door.ts'
import type { Household } from '../node/types.ts'
import type { Log } from '../platform/log.ts'

export interface NotificationActions {
  /** Nobody is told what they can see already. */
  readonly windowHasFocus: () => boolean
  readonly show: (path: string) => void
}

/** As much of a message as a notification shows. */
const MAX_BODY_CHARACTERS = 160

/**
 * OS notifications for what happens while the window is in the background: a knock, a message. Runs until `signal`
 * aborts. A notification answers nothing by itself: a click opens the place where the answer is given.
 */
export function notifyInBackground(household: Household, actions: NotificationActions, log: Log, signal: AbortSignal): void {
  const tell = (title: string, body: string, path: string): void => {
    if (actions.windowHasFocus() || !household.settings.get().notifications || !Notification.isSupported()) return
    const notification = new Notification({ title, body: body.slice(0, MAX_BODY_CHARACTERS), silent: false })
    notification.on('click', () => actions.show(path))
    notification.show()
  }
  const nameFor = (account: AccountId, claimed: string): string => {
    const person = household.contacts.get(account)
    return person === null ? claimed : nameOf(person)
  }

  const knocks = async (): Promise<void> => {
    const told = new Set<string>()
    for await (const item of household.door.watch(signal)) {
      if (item.kind !== 'event' || item.event.event !== 'knock-changed') continue
      const { knock } = item.event
      if (knock.state !== 'pending' || told.has(knock.id)) continue
      told.add(knock.id)
      const name = nameFor(knock.account, knock.claimedName)
      tell(`${name} knocks`, `${name} ${wish(knock.capability)}. Nothing is let in until you answer.`, '/door')
    }
  }

  const messages = async (): Promise<void> => {
    for await (const item of household.chat.watch(signal)) {
      if (item.kind !== 'event' || item.event.event !== 'message-stored' || item.event.message.mine) continue
      const { message } = item.event
      tell(nameFor(message.from, 'A message'), message.text, `/chats/${message.conversation}`)
    }
  }

  for (const stream of [knocks, messages]) {
    void stream().catch((error: unknown) => {
      if (!signal.aborted) log.error({ error }, 'notifications stopped')
    })
  }
}

function wish(capability: Capability): string {
  switch (capability) {
    case 'contact':
      return 'would like to chat'
    case 'file':
      return 'would like to send a file'
    case 'visit':
      return 'would like to visit your site'
    case 'relay':
      return 'would like to use this device as a relay'
    case 'hold-mail':
      return 'would like you to hold mail'
    case 'lookup':
      return 'would like to look up a name'
    default:
      return `asks for ${capability}`
  }
}
