import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Message } from 'dbus-native'
import { SECOND } from '../../shared/units.ts'
import type { Log } from '../platform/log.ts'

/*
 * The notification service of a Linux desktop, over the session bus.
 * Source: Desktop Notifications Specification 1.3, "D-BUS Protocol"; for answers typed on one, what Plasma added to it:
 * the capability and action `inline-reply`, a hint for the empty field, and the signal NotificationReplied.
 */

const SERVICE = 'org.freedesktop.Notifications'
const PATH = '/org/freedesktop/Notifications'
const BUS = 'org.freedesktop.DBus'

/** A service that is started by the first call to it is there within one or two; then the other way is taken. */
const CALL_LIMIT_MS = 5 * SECOND
/** Of `low`, `normal` and `critical`, which would stay over everything else. */
const NORMAL = 1
/** A capability is a word, and an action one of ours; what is longer is no message of that service. */
const MAX_MESSAGE_BYTES = 65_536

export interface NotifyArguments {
  readonly title: string
  readonly body: string
  /** Pairs of key and label, one after the other, as they go over the wire. */
  readonly actions: readonly string[]
  /** What stands in the empty field where an answer is typed; null: none is. */
  readonly reply: string | null
  /** How long it is shown; null leaves that to the service. */
  readonly forMs: number | null
}

export interface BusListener {
  /** A key came back from a notification of ours. */
  readonly invoked: (id: number, key: string) => void
  /** An answer was typed on a notification of ours. */
  readonly replied: (id: number, text: string) => void
  readonly closed: (id: number) => void
  /** The service went, another came, or the bus is gone: nothing of ours is on the screen any more. */
  readonly gone: () => void
}

export interface NotificationBus {
  readonly capabilities: ReadonlySet<string>
  /** Calls back in the turn in which the service answers, before anything that it says later. */
  notify(shown: NotifyArguments, answered: (id: number | null) => void): void
  close(id: number): void
  /** Ends the connection. */
  end(): void
}

/** Where this session's bus is, if it is a socket of this machine; other kinds would start programs. */
export function sessionBusAddress(env: NodeJS.ProcessEnv): string | null {
  const named = env['DBUS_SESSION_BUS_ADDRESS']
  if (named !== undefined) return named.split(';').find((address) => address.startsWith('unix:')) ?? null
  const folder = env['XDG_RUNTIME_DIR']
  const socket = folder === undefined ? null : join(folder, 'bus')
  return socket !== null && existsSync(socket) ? `unix:path=${socket}` : null
}

/** Connects, starts the service where it does not run, and asks what it can do. Errors: whatever kept it from that. */
export async function openNotificationBus(address: string, listener: BusListener, log: Log): Promise<NotificationBus> {
  // Loaded here, as most starts of the app come before the first notification.
  const { createClient, messageType, Variant } = await import('dbus-native')
  const bus = createClient({
    busAddress: address,
    authMethods: ['EXTERNAL'],
    timeout: CALL_LIMIT_MS,
    maxMessageSize: MAX_MESSAGE_BYTES,
    fdTransport: false,
  })
  const failed = new Promise<never>((_resolve, reject) => {
    bus.connection.on('error', reject)
    bus.connection.on('close', () => reject(new Error('the session bus closed the connection')))
  })
  // Later ones are told by `gone`.
  failed.catch(() => {})
  try {
    return await Promise.race([failed, begin()])
  } catch (error) {
    bus.connection.end()
    throw error
  }

  async function begin(): Promise<NotificationBus> {
    const call = (member: string, signature?: string, body?: unknown[]): Message => ({
      destination: SERVICE,
      path: PATH,
      interface: SERVICE,
      member,
      ...(signature === undefined ? {} : { signature, body: body ?? [] }),
    })
    const capabilities: unknown = await bus.invoke(call('GetCapabilities'))
    await bus.addMatch(`type='signal',sender='${SERVICE}',path='${PATH}',interface='${SERVICE}'`)
    await bus.addMatch(`type='signal',sender='${BUS}',interface='${BUS}',member='NameOwnerChanged',arg0='${SERVICE}'`)
    const owner: unknown = await bus.invokeDbus({ member: 'GetNameOwner', signature: 's', body: [SERVICE] })

    let isGone = false
    const gone = (): void => {
      if (isGone) return
      isGone = true
      bus.connection.end()
      listener.gone()
    }
    bus.connection.on('message', (message: Message) => {
      if (message.type !== messageType.signal) return
      const [first, second, third] = message.body ?? []
      if (message.sender === BUS && message.member === 'NameOwnerChanged' && first === SERVICE) {
        if (owner !== third) gone()
        return
      }
      // Any program of the session can send a signal straight to us; the bus says truly who did.
      if (message.sender !== owner || message.path !== PATH || message.interface !== SERVICE) return
      if (typeof first !== 'number') return
      if (message.member === 'ActionInvoked' && typeof second === 'string') listener.invoked(first, second)
      if (message.member === 'NotificationReplied' && typeof second === 'string') listener.replied(first, second)
      if (message.member === 'NotificationClosed') listener.closed(first)
    })
    bus.connection.on('handlerError', (error: Error) => log.error({ error }, 'a choice on a notification failed'))
    bus.connection.on('close', gone)

    return {
      capabilities: new Set(Array.isArray(capabilities) ? capabilities.filter((word) => typeof word === 'string') : []),
      notify({ title, body, actions, reply, forMs }, answered) {
        const hints = {
          'urgency': new Variant('y', NORMAL),
          'category': new Variant('s', 'im'),
          'desktop-entry': new Variant('s', 'latch'),
          ...(reply === null ? {} : { 'x-kde-reply-placeholder-text': new Variant('s', reply) }),
        }
        const values = ['Latch', 0, '', title, body, actions, hints, forMs ?? -1]
        bus.invoke(call('Notify', 'susssasa{sv}i', values), (error, id: unknown) => {
          if (error !== null) log.info({ error }, 'the desktop did not take a notification')
          answered(error === null && typeof id === 'number' ? id : null)
        })
      },
      close(id) {
        // One that is gone already is an error to some services.
        bus.invoke(call('CloseNotification', 'u', [id]), () => {})
      },
      end() {
        bus.connection.end()
      },
    }
  }
}
