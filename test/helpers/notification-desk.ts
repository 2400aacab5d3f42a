import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createBroker, createClient, type MessageBus } from 'dbus-native'

/** A session bus that no desktop knows of. */
export interface PrivateBus {
  readonly kind: 'dbus-daemon' | 'the broker of dbus-native, as there is no dbus-daemon'
  readonly address: string
  close(): Promise<void>
}

const hasDaemon = spawnSync('dbus-daemon', ['--version']).status === 0
export const busKind: PrivateBus['kind'] = hasDaemon
  ? 'dbus-daemon'
  : 'the broker of dbus-native, as there is no dbus-daemon'

/** What every session bus lets its programs do; no service is started by it. */
const config = (folder: string): string => `<busconfig>
  <type>session</type>
  <listen>unix:dir=${folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

export async function openPrivateBus(): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'latch-bus-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  if (!hasDaemon) {
    const broker = createBroker()
    const address = await new Promise<string>((resolve, reject) => {
      broker.listen({ socket: join(folder, 'bus') }, (error, at) => (error === null ? resolve(at) : reject(error)))
    })
    return {
      kind: busKind,
      address,
      close: async () => {
        await new Promise<void>((resolve) => broker.close(resolve))
        await remove()
      },
    }
  }
  const file = join(folder, 'bus.conf')
  await writeFile(file, config(folder))
  const daemon = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${file}`], {
    // It says there that it may not raise its own limits, which no test needs.
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(daemon, 'exit')
  const lines = createInterface(daemon.stdout)
  const address = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    daemon.once('exit', (code) => reject(new Error(`dbus-daemon ended with ${code}`)))
  })
  return {
    kind: busKind,
    address,
    close: async () => {
      daemon.kill('SIGTERM')
      await ended
      await remove()
    },
  }
}

const SERVICE = 'org.freedesktop.Notifications'
const PATH = '/org/freedesktop/Notifications'

export interface OnDesk {
  readonly id: number
  readonly app: string
  readonly title: string
  readonly body: string
  /** Keys and labels, one after the other. */
  readonly actions: readonly string[]
  readonly hints: Readonly<Record<string, unknown>>
  readonly forMs: number
}

/** The notifications of a desktop as a program of it shows them: what is on the screen, and a hand that presses. */
export class NotificationDesk {
  readonly onScreen: OnDesk[] = []
  /** Every one that was asked for, also those that went. */
  readonly all: OnDesk[] = []
  #bus: MessageBus
  #made = 0
  #isLeaving = false

  private constructor(bus: MessageBus) {
    this.#bus = bus
    bus.connection.on('error', (error) => {
      if (!this.#isLeaving) throw error
    })
  }

  static async open(
    address: string,
    capabilities: readonly string[] = ['body', 'actions', 'body-markup', 'persistence'],
  ): Promise<NotificationDesk> {
    const desk = new NotificationDesk(createClient({ busAddress: address }))
    desk.#bus.exportInterface(
      {
        GetCapabilities: () => capabilities,
        GetServerInformation: () => ['desk', 'Latch', '1', '1.3'],
        // oxlint-disable-next-line max-params -- the specification's
        Notify: (
          app: string,
          replaces: number,
          _icon: string,
          title: string,
          body: string,
          actions: string[],
          hints: Record<string, unknown>,
          forMs: number,
        ) => desk.#show({ id: replaces, app, title, body, actions, hints, forMs }),
        CloseNotification: (id: number) => desk.#close(id, CLOSED_BY_CALL),
      },
      PATH,
      {
        name: SERVICE,
        methods: {
          GetCapabilities: ['', 'as', [], ['capabilities']],
          GetServerInformation: ['', 'ssss', [], ['name', 'vendor', 'version', 'spec']],
          Notify: ['susssasa{sv}i', 'u', [], ['id']],
          CloseNotification: ['u', '', ['id'], []],
        },
        signals: {
          ActionInvoked: ['us', 'id', 'key'],
          NotificationReplied: ['us', 'id', 'text'],
          NotificationClosed: ['uu', 'id', 'reason'],
        },
      },
    )
    await desk.#bus.requestName(SERVICE, 0)
    return desk
  }

  /** What a person does on one: a button by its key, `default` for the rest of it. Most desktops close it then. */
  press(id: number, key: string): void {
    this.#bus.sendSignal(PATH, SERVICE, 'ActionInvoked', 'us', [id, key])
    this.#close(id, DISMISSED)
  }

  /** The signal alone, as a desktop sends it that keeps what was pressed, or is at fault. */
  invoke(id: number, key: string): void {
    this.#bus.sendSignal(PATH, SERVICE, 'ActionInvoked', 'us', [id, key])
  }

  /** Types an answer on one, where the desktop has a field for it. */
  reply(id: number, text: string): void {
    this.#bus.sendSignal(PATH, SERVICE, 'NotificationReplied', 'us', [id, text])
    this.#close(id, DISMISSED)
  }

  dismiss(id: number): void {
    this.#close(id, DISMISSED)
  }

  async leave(): Promise<void> {
    // Who still asks something of it then gets no answer.
    this.#isLeaving = true
    await this.#bus.close()
  }

  #show(shown: OnDesk): number {
    const id = shown.id === 0 ? (this.#made += 1) : shown.id
    this.onScreen.push({ ...shown, id })
    this.all.push({ ...shown, id })
    return id
  }

  #close(id: number, reason: number): null {
    const at = this.onScreen.findIndex((shown) => shown.id === id)
    if (at >= 0) this.onScreen.splice(at, 1)
    this.#bus.sendSignal(PATH, SERVICE, 'NotificationClosed', 'uu', [id, reason])
    return null
  }
}

const DISMISSED = 2
const CLOSED_BY_CALL = 3
