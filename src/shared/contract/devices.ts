import { z } from 'zod'
import { PeerId } from '../ids.ts'
import { Joining, LinkCode, Linking, OwnDevice } from '../model/devices.ts'
import { base, watched } from './base.ts'

export const DevicesSnapshot = z.object({ devices: z.array(OwnDevice), linking: Linking.nullable() })
export type DevicesSnapshot = z.infer<typeof DevicesSnapshot>

export const DevicesEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('devices-changed'), devices: z.array(OwnDevice) }),
  z.object({ event: z.literal('linking-changed'), linking: Linking.nullable() }),
])
export type DevicesEvent = z.infer<typeof DevicesEvent>

const tags = ['devices']
const label = z.string().trim().min(1).max(64)

export const devices = {
  list: base.route({ method: 'GET', path: '/devices', tags, summary: 'Devices of this account' }).output(z.array(OwnDevice)),
  link: base.route({ method: 'POST', path: '/devices/link', tags, summary: 'Show a code that links another device' }).output(Linking),
  answerLink: base
    .route({ method: 'POST', path: '/devices/link/answer', tags, summary: 'The words are the same on both: give it the account, or do not' })
    .input(z.object({ allow: z.boolean() }))
    .output(Linking),
  cancelLink: base.route({ method: 'DELETE', path: '/devices/link', tags, summary: 'The code counts no more' }).output(z.object({})),
  rename: base
    .route({ method: 'PUT', path: '/devices/{peerId}/label', tags, summary: 'Call a device something else' })
    .input(z.object({ peerId: PeerId, label }))
    .output(z.array(OwnDevice)),
  revoke: base
    .route({ method: 'POST', path: '/devices/{peerId}/revoke', tags, summary: 'A device is lost: nobody lets it in any more' })
    .input(z.object({ peerId: PeerId }))
    .output(z.array(OwnDevice)),
  /** On a device without an account. */
  join: base
    .route({ method: 'POST', path: '/devices/join', tags, summary: 'Link this fresh device by the code that another one shows' })
    .input(z.object({ code: LinkCode, label }))
    .output(Joining),
  joining: base.route({ method: 'GET', path: '/devices/join', tags, summary: 'How the linking of this device goes' }).output(Joining),
  cancelJoin: base.route({ method: 'DELETE', path: '/devices/join', tags, summary: 'Stop linking this device' }).output(Joining),
  watchJoining: base
    .route({ method: 'GET', path: '/devices/join/events', tags, summary: 'The linking of this device as it goes' })
    .output(watched(Joining, z.object({ event: z.literal('joining-changed'), joining: Joining }))),
  watch: base
    .route({ method: 'GET', path: '/devices/events', tags, summary: 'Devices as they come and go' })
    .output(watched(DevicesSnapshot, DevicesEvent)),
}
