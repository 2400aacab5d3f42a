import type { DevicesSnapshot } from '../../src/shared/contract/devices.ts'
import { LinkCode, type Joining, type Linking, type OwnDevice } from '../../src/shared/model/devices.ts'
import { DAY, MINUTE, SECOND } from '../../src/shared/units.ts'
import { base32Of, peerIdOf } from './ids.ts'
import { me, now } from './people.ts'
import type { implementWith, World } from './world.ts'

export interface DevicesScene extends DevicesSnapshot {
  joining: Joining
}

export const ownDevice = (label: string, changes: Partial<OwnDevice> = {}): OwnDevice => ({
  peerId: peerIdOf(`own ${label}`),
  label,
  addedMs: now() - 8 * DAY,
  here: false,
  connected: true,
  lastSeenMs: now(),
  revoked: false,
  behind: { here: 0, there: 0 },
  ...changes,
})

export const thisDevice = ownDevice(me.deviceLabel, { peerId: me.peerId, here: true, addedMs: me.createdMs, behind: null })

export const linkCode = LinkCode.parse(`latch:link/${base32Of('link code', 148)}`)

export const linkingOf = (changes: Partial<Linking> = {}): Linking => ({
  code: linkCode,
  untilMs: now() + 4 * MINUTE + 40 * SECOND,
  state: 'waiting',
  label: null,
  words: [],
  why: null,
  ...changes,
})

export const notJoining: Joining = { state: 'idle', words: [], name: null, why: null }
export const noDevices: DevicesScene = { devices: [thisDevice], linking: null, joining: notJoining }

const words = ['harbor', 'violin', 'maple']

/** Devices over one scene: whoever is asked says yes after a click on the other side, which is ours as well. */
export function createDevices(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): DevicesScene => world.scene.devices
  const putDevices = (devices: OwnDevice[]): OwnDevice[] => {
    scene().devices = devices
    world.devices.tell({ event: 'devices-changed', devices })
    return devices
  }
  const putLinking = <Next extends Linking | null>(linking: Next): Next => {
    scene().linking = linking
    world.devices.tell({ event: 'linking-changed', linking })
    return linking
  }
  const putJoining = (joining: Joining): Joining => {
    scene().joining = joining
    world.joining.tell({ event: 'joining-changed', joining })
    return joining
  }
  return {
    list: os.devices.list.handler(() => scene().devices),
    link: os.devices.link.handler(() => putLinking(scene().linking ?? linkingOf({ untilMs: Date.now() + 5 * MINUTE }))),
    answerLink: os.devices.answerLink.handler(({ input }) => {
      const held = scene().linking ?? linkingOf()
      return putLinking({ ...held, state: input.allow ? 'sending' : 'refused' })
    }),
    cancelLink: os.devices.cancelLink.handler(() => {
      putLinking(null)
      return {}
    }),
    rename: os.devices.rename.handler(({ input }) =>
      putDevices(scene().devices.map((one) => (one.peerId === input.peerId ? { ...one, label: input.label } : one))),
    ),
    revoke: os.devices.revoke.handler(({ input }) =>
      putDevices(scene().devices.map((one) => (one.peerId === input.peerId ? { ...one, revoked: true, connected: false, behind: null } : one))),
    ),
    join: os.devices.join.handler(() => putJoining({ state: 'asking', words, name: 'Noor', why: null })),
    joining: os.devices.joining.handler(() => scene().joining),
    cancelJoin: os.devices.cancelJoin.handler(() => putJoining(notJoining)),
    watchJoining: os.devices.watchJoining.handler(({ signal }) => world.joining.watch(() => scene().joining, signal)),
    watch: os.devices.watch.handler(({ signal }) =>
      world.devices.watch(() => ({ devices: scene().devices, linking: scene().linking }), signal),
    ),
  }
}
