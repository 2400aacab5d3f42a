import type { Copy, CopyChanges } from '../../../src/shared/model/copies.ts'
import { DAY, GiB, HOUR, KiB, MiB, MINUTE } from '../../../src/shared/units.ts'
import { browseScene } from '../browse.ts'
import { shield, siteName, tab } from '../browse-parts.ts'
import { copyOf, noCopies, siteCidOf, type CopiesScene } from '../copies.ts'
import { accountOf } from '../ids.ts'
import { me, now, peer, person } from '../people.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const copy = (site: string, owner: string, changes: Partial<Copy> = {}): Copy =>
  copyOf(siteName(site), { owner: owner === 'me' ? me.account : accountOf(owner), keptMs: now() - 2 * DAY, ...changes })

const fetching = (doneBytes: number, changes: Partial<Extract<Copy['state'], { kind: 'fetching' }>> = {}): Copy['state'] => ({
  kind: 'fetching',
  doneFiles: 31,
  doneBytes,
  bytesPerSecond: Math.round(3.4 * MiB),
  sources: 3,
  ...changes,
})

const newer = siteCidOf('newer')
const kept = [
  copy('bea.peer', 'Bea', { servedBytes: 18 * MiB }),
  copy('minutes.bea.peer', 'Bea', { latest: newer, files: 214, bytes: 31 * MiB, isServed: false }),
  copy('tomasz.peer', 'Tomasz', { latest: null, files: 1, bytes: 48 * KiB, keptMs: now() - 40 * MINUTE }),
]
const some: CopiesScene = { ...noCopies, copies: kept, diskBytes: 34 * MiB }
const under: CopiesScene = {
  ...noCopies,
  diskBytes: 820 * MiB,
  copies: [
    copy('archive.bea.peer', 'Bea', { files: 9_120, bytes: Math.round(2.4 * GiB), state: fetching(790 * MiB) }),
    copy('maps.tomasz.peer', 'Tomasz', { files: 80, bytes: 400 * MiB, state: fetching(0, { bytesPerSecond: 0, sources: 0, doneFiles: 0 }) }),
    copy('photos.tomasz.peer', 'Tomasz', {
      files: 640,
      bytes: 900 * MiB,
      state: { kind: 'stopped', why: 'Nobody who has the rest can be reached.', doneBytes: 212 * MiB },
    }),
    ...kept,
  ],
}
const long = 'the-choir-of-the-street-behind-the-harbour.rowing-club-of-the-north-side.peer'
const many: CopiesScene = {
  ...noCopies,
  diskBytes: 61 * GiB,
  copies: [
    copy(long, 'Dr. Maximiliane von Hohenstaufen-Schwarzburg', { files: 120_410, bytes: Math.round(12.5 * GiB), servedBytes: 91 * GiB }),
    ...Array.from({ length: 40 }, (_, index) =>
      copy(`site-${index + 1}.peer`, index % 2 === 0 ? 'Bea' : 'Tomasz', {
        bytes: (index + 1) * 37 * MiB,
        ...(index % 5 === 0 ? { latest: newer } : {}),
      }),
    ),
  ],
}

const longOnes = [
  copy(`letters.${long}`, 'Dr. Maximiliane von Hohenstaufen-Schwarzburg', { latest: newer }),
  copy(`photos.${long}`, 'Dr. Maximiliane von Hohenstaufen-Schwarzburg', { bytes: 9 * GiB, state: fetching(2 * GiB, { bytesPerSecond: 900 }) }),
  copy(`sound.${long}`, 'Dr. Maximiliane von Hohenstaufen-Schwarzburg', {
    bytes: 9 * GiB,
    state: { kind: 'stopped', why: 'There is not enough room on the disk for this copy.', doneBytes: 8 * GiB },
  }),
]

const paths_ = (kind: CopyChanges['changes'][number]['kind'], names: readonly string[], bytes: number): CopyChanges['changes'] =>
  names.map((path, index) => ({ path, kind, bytes: bytes * (index + 1) }))
const changes: Partial<CopyChanges> = {
  changes: [
    ...paths_('added', ['minutes/2026-11.html', 'minutes/2026-11.pdf', 'photos/the slipway at low water in november.jpg'], 210 * KiB),
    ...paths_('changed', ['index.html', 'minutes/index.html'], 9 * KiB),
    ...paths_('removed', ['drafts/old.html'], 3 * KiB),
  ],
  added: 3,
  changed: 2,
  removed: 41,
  fetchBytes: Math.round(1.2 * MiB),
}

const base: Partial<Scene> = {
  people: [person('Bea', { trust: 'verified', names: ['bea.peer'] }), person('Tomasz'), person('Dr. Maximiliane von Hohenstaufen-Schwarzburg')],
  peers: [peer('Bea')],
}
const at = (copies: CopiesScene, more: Partial<Scene> = {}, steps: readonly Step[] = []): GalleryScene =>
  scene(paths.copies, { ...base, copies, ...more }, steps)
const wait: Step = { waitMs: 400 }
const page = browseScene({ tabs: [tab('one', { shield: shield('bea.peer', 'Bea'), title: 'Bea’s page' })] })
const keep = (copies: CopiesScene, more: Partial<Scene> = {}, steps: readonly Step[] = []): GalleryScene =>
  scene(paths.browse, { ...base, copies, browse: page, ...more }, [
    { clickPart: 'Whose page this is' },
    { clickPart: 'Keep a copy' },
    wait,
    ...steps,
  ])
const whatChanged: Step = { click: 'What changed on minutes.bea.peer' }

/** Copies of sites that are kept here. */
export const copyScenes: Record<string, GalleryScene> = {
  'copies-empty': at(noCopies),
  'copies-loading': at(noCopies, { failing: { 'copies.watch': 'never' } }, [wait]),
  'copies-some': at(some),
  'copies-fetching': at(under),
  'copies-many': at(many),
  'copies-long': at({ ...many, copies: [...many.copies.slice(0, 1), ...longOnes] }),
  'copies-menu': at(some, {}, [{ click: 'More about bea.peer' }, wait]),
  'copies-changes': at({ ...some, changes }, {}, [whatChanged, wait]),
  'copies-changes-asking': at(some, { failing: { 'copies.changes': 'never' } }, [whatChanged, wait]),
  'copies-changes-failed': at(some, { failing: { 'copies.changes': 'UNREACHABLE' } }, [whatChanged, wait]),
  'copies-changes-none': at({ ...some, changes: { to: siteCidOf('minutes.bea.peer') } }, {}, [whatChanged, wait]),
  'copies-drop': at(some, {}, [{ click: 'More about bea.peer' }, { click: 'Remove this copy' }, wait]),
  'copies-resume-failed': at(under, { failing: { 'copies.keep': 'UNREACHABLE' } }, [{ click: 'Go on keeping photos.tomasz.peer' }, wait]),
  'keep-look': keep(noCopies),
  'keep-some-here': keep({ ...noCopies, look: { bytes: 900 * MiB, hereBytes: 870 * MiB, files: 4_210, holders: 1, freeBytes: null } }),
  'keep-tight': keep({ ...noCopies, look: { bytes: 90 * GiB, freeBytes: 12 * GiB, hereBytes: 3 * MiB, holders: 0 } }),
  'keep-asking': keep(noCopies, { failing: { 'copies.look': 'never' } }),
  'keep-live': keep(noCopies, { failing: { 'copies.look': 'CONFLICT' } }),
  'keep-nobody': keep(noCopies, { failing: { 'copies.look': 'UNREACHABLE' } }),
  'keep-refused': keep(noCopies, { failing: { 'copies.keep': 'BUSY' } }, [{ clickPart: 'Keep 6 MiB' }, wait]),
  'keep-fetching': keep(noCopies, {}, [{ clickPart: 'Keep 6 MiB' }, wait]),
  'copies-hours': at({ ...some, copies: [copy('bea.peer', 'Bea', { keptMs: now() - 5 * HOUR })] }),
}
