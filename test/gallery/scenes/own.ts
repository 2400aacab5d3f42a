import type { Linking, OwnDevice } from '../../../src/shared/model/devices.ts'
import { DAY, HOUR, MiB, MINUTE } from '../../../src/shared/units.ts'
import { noBackup, noStatus } from '../backup.ts'
import { linkingOf, noDevices, notJoining, ownDevice, thisDevice, type DevicesScene } from '../devices.ts'
import { heldFor, holderOf } from '../mailbox.ts'
import { now, peer, person } from '../people.ts'
import { introducer, nothingReached } from '../network.ts'
import { emptyScene, type Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const devices = paths.settingsSection('devices')
const backup = paths.settingsSection('backup')
const mailbox = paths.settingsSection('mailbox')

const words = ['harbor', 'violin', 'maple']
const own = (list: OwnDevice[], linking: Linking | null = null): Partial<Scene> => ({
  devices: { ...noDevices, devices: [thisDevice, ...list], linking },
})
const some = [
  ownDevice('Phone', { behind: { here: 0, there: 412 } }),
  ownDevice('Boat shed', { connected: false, lastSeenMs: now() - 3 * DAY, behind: null }),
  ownDevice('Old laptop', { connected: false, lastSeenMs: null, revoked: true, behind: null }),
]
const many = [
  ownDevice('The machine in the attic that is on all day and keeps the copies', { behind: { here: 18_204, there: 0 } }),
  ...Array.from({ length: 9 }, (_, index) => ownDevice(`Laptop ${index + 1}`, { connected: index % 3 === 0, lastSeenMs: now() - index * DAY })),
]
const linked = (changes: Partial<Linking>): Partial<Scene> => own(some, linkingOf(changes))
const link: Step[] = [{ click: 'Link a device' }]
const none: Partial<Scene> = { identity: { state: 'none' } }
const joining = (changes: Partial<DevicesScene['joining']>): Partial<Scene> => ({
  ...none,
  devices: { ...noDevices, joining: { ...notJoining, ...changes } },
})

const made = { ...noStatus, lastMs: now() - 3 * HOUR, lastPath: '/home/noor/Backups/latch-2026-11-21.latchbackup', lastBytes: 84 * MiB }
const automatic = { folder: '/media/noor/The grey disk/Backups of Latch', everyMs: 7 * DAY, keep: 3 }
const backedUp = (status: Partial<typeof made>): Partial<Scene> => ({ backup: { ...noBackup, status: { ...made, ...status } } })

const people = [person('Bea'), person('Tomasz'), person('Dr. Maximiliane von Hohenstaufen-Schwarzburg')]
const connectivity = { ...nothingReached, introducers: [introducer('harbour.example')] }
const mail: Partial<Scene> = {
  people,
  connectivity,
  peers: [peer('Bea')],
  mailbox: {
    holders: [
      holderOf('harbour.example', { peerId: introducer('harbour.example').peerId, account: null, kind: 'introducer' }),
      holderOf('Bea', { usedBytes: 51 * MiB }),
      holderOf('Tomasz', { state: 'refused', why: 'Their door says no to hold-mail.', quotaBytes: 0, usedBytes: 0, checkedMs: now() - 20 * MINUTE }),
      holderOf('Dr. Maximiliane von Hohenstaufen-Schwarzburg', { state: 'unreachable', why: 'No device of theirs can be reached.', checkedMs: now() - 2 * DAY }),
    ],
    held: [heldFor('Tomasz'), heldFor('Dr. Maximiliane von Hohenstaufen-Schwarzburg', { letters: 1, bytes: 900 })],
  },
}

/** What belongs to one's own account: devices, backups, mail. */
export const ownScenes: Readonly<Record<string, GalleryScene>> = {
  'own-devices': scene(devices, own(some)),
  'own-devices-one': scene(devices, own([])),
  'own-devices-many': scene(devices, own(many)),
  'own-devices-loading': scene(devices, { failing: { 'devices.watch': 'never' } }, [{ waitMs: 300 }]),
  'own-devices-gone': scene(devices, own(some), [{ focusFirst: 'summary' }, { press: 'Enter' }]),
  'own-devices-rename': scene(devices, own(some), [{ click: 'More about Phone' }, { click: 'Call it something else' }]),
  'own-devices-revoke': scene(devices, own(some), [{ click: 'More about Phone' }, { click: 'Take it away When it was lost or sold.' }]),
  'own-link-code': scene(devices, own(some), link),
  'own-link-asking': scene(devices, linked({ state: 'asking', label: 'Phone', words }), link),
  'own-link-sending': scene(devices, linked({ state: 'sending', label: 'Phone' }), link),
  'own-link-done': scene(devices, linked({ state: 'done', label: 'Phone' }), link),
  'own-link-expired': scene(devices, linked({ state: 'expired' }), link),
  'own-link-refused': scene(devices, linked({ state: 'refused' }), link),
  'own-link-failed': scene(devices, linked({ state: 'failed', why: 'The other device went away.' }), link),
  'own-link-no': scene(devices, { ...own(some), failing: { 'devices.link': 'INTERNAL' } }, link),
  'own-welcome': scene('/', none),
  'own-join': scene('/', none, [{ clickPart: 'I have Latch on another device' }, { type: 'latch:code', into: 'Code' }]),
  'own-join-scan': scene('/', none, [{ clickPart: 'I have Latch on another device' }, { click: 'Scan with the camera' }, { waitMs: 400 }]),
  'own-join-connecting': scene('/', joining({ state: 'connecting' })),
  'own-join-asking': scene('/', joining({ state: 'asking', words, name: 'Noor' })),
  'own-join-receiving': scene('/', joining({ state: 'receiving' })),
  'own-join-failed': scene('/', joining({ state: 'failed', why: 'The code had ended.' }), [{ clickPart: 'I have Latch on another device' }]),
  'own-backup-none': scene(backup, {}),
  'own-backup': scene(backup, backedUp({ automatic })),
  'own-backup-old': scene(backup, backedUp({ lastMs: now() - 41 * DAY, why: 'There was no room left on the disk.' })),
  'own-backup-running': scene(backup, backedUp({ running: { doneBytes: 31 * MiB, totalBytes: 84 * MiB } })),
  'own-backup-make': scene(backup, {}, [
    { click: 'Make a backup' },
    { type: 'four grey boats moored', into: 'Passphrase' },
    { type: 'four red', into: 'Once more' },
  ]),
  'own-backup-weak': scene(backup, {}, [{ click: 'Make a backup' }, { type: 'password1', into: 'Passphrase' }]),
  'own-backup-automatic': scene(backup, {}, [{ click: 'Make backups by itself' }]),
  'own-backup-publish': scene(backup, backedUp({}), [{ click: 'Tell a revocation…' }]),
  'own-restore': scene('/', none, [{ clickPart: 'I have a backup' }, { type: '/media/noor/latch.latchbackup', into: 'Backup file' }]),
  'own-restore-holds': scene('/', none, [
    { clickPart: 'I have a backup' },
    { type: '/media/noor/latch.latchbackup', into: 'Backup file' },
    { type: 'four grey boats moored', into: 'Passphrase' },
    { click: 'Look into it' },
    { waitMs: 200 },
  ]),
  'own-restore-underway': scene('/', { ...none, backup: { ...noBackup, restoring: { running: { doneBytes: 61 * MiB, totalBytes: 168 * MiB } } } }),
  'own-restore-wrong': scene('/', { ...none, backup: { ...emptyScene.backup, contents: null } }, [
    { clickPart: 'I have a backup' },
    { type: '/media/noor/latch.latchbackup', into: 'Backup file' },
    { type: 'four grey boats', into: 'Passphrase' },
    { click: 'Look into it' },
    { waitMs: 200 },
  ]),
  'own-mail': scene(mailbox, mail),
  'own-mail-none': scene(mailbox, { people }),
  'own-mail-ask': scene(mailbox, { people, connectivity, peers: [peer('Bea')] }, [{ click: 'Ask somebody' }]),
  'own-mail-drop': scene(mailbox, mail, [{ click: 'Throw away what waits for Tomasz' }]),
  'own-says': scene(paths.settingsSection('notifications'), {}),
  'own-seen': scene(paths.settingsSection('messages'), {}),
}
