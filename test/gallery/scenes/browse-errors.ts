import type { OpenFailure } from '../../../src/shared/model/browse.ts'
import { copyOf } from '../copies.ts'
import { failed, failedOut, siteName } from '../browse-parts.ts'
import { accountOf, peerIdOf } from '../ids.ts'
import { now, sentKnock } from '../people.ts'
import type { Scene } from '../world.ts'
import { browsing } from './browse.ts'
import type { GalleryScene } from './scene.ts'

const atBea = { account: accountOf('Bea'), peerId: peerIdOf('Bea'), site: siteName('bea.peer'), path: '/' }

function error(failure: Partial<OpenFailure>, world: Partial<Scene> = {}): GalleryScene {
  return browsing({ tabs: [failed('failed', 'bea.peer', failure)] }, world)
}

const throughBea = { peerId: peerIdOf('Bea'), account: accountOf('Bea'), called: 'Bea', bytes: 48_000 }

function errorOut(url: string, failure: Partial<OpenFailure>): GalleryScene {
  return browsing({ tabs: [failedOut('failed', url, throughBea, failure)] })
}

const why = 'The owner of bea.peer asks who comes: knock, and wait for their answer.'
const waiting = sentKnock('Bea', { capability: 'visit', about: { name: 'bea.peer', bytes: null, path: '/' } })

export const browseErrorScenes: Readonly<Record<string, GalleryScene>> = {
  'browse-error-address': error({ step: 'address', code: 'bad-address', why: 'A name is made of the letters a to z, digits and hyphens, such as alice.peer.' }),
  'browse-error-nobody': error({ step: 'ledger', code: 'nobody' }),
  'browse-error-no-zone': error({ step: 'zone', code: 'no-zone' }),
  'browse-error-no-site': error({ step: 'answer', code: 'no-site' }),
  'browse-error-catching-up': error({ step: 'ledger', code: 'catching-up', why: 'The ledger is at block 41208 of 52110: until it is there, nobody can say whose the name is.' }, { failing: { 'browse.reload': 'never' } }),
  'browse-error-refused': error({ step: 'zone', code: 'name-refused', why: 'The zone is signed by another key than the owner’s.' }),
  'browse-error-unreachable': error(
    { step: 'connect', code: 'device-unreachable', why: 'No device of the owner of bea.peer can be reached now: try again when they are online.' },
    { copies: { copies: [copyOf(siteName('bea.peer'))], diskBytes: 0, look: {}, changes: {} } },
  ),
  'browse-error-knock': error({ step: 'door', code: 'knock-first', knock: atBea, why }),
  'browse-error-knocking': error({ step: 'door', code: 'knock-first', knock: atBea, why }, { sent: [waiting] }),
  'browse-error-knock-denied': error(
    { step: 'door', code: 'knock-first', knock: atBea, why, atMs: now() - 60_000 },
    { sent: [{ ...waiting, state: 'denied', untilMs: null }] },
  ),
  'browse-error-denied': error({ step: 'door', code: 'denied' }),
  'browse-error-unproven': error({ step: 'door', code: 'unproven' }),
  'browse-error-busy': error({ step: 'door', code: 'busy' }),
  'browse-error-cut': error({ step: 'answer', code: 'cut', why: 'The connection broke off in the middle of the page: try again.' }),
  'browse-error-copy-damaged': error({ step: 'copy', code: 'copy-damaged' }),
  'browse-error-copy-missing': error({ step: 'copy', code: 'copy-missing' }),
  'browse-error-exit': errorOut('https://camera.example.net/', { code: 'exit-refused', why: 'This address leads into a private network or to the device itself; nobody is let out to such.' }),
  'browse-error-exit-off': errorOut('https://weather.example.com/today?place=setubal', { code: 'exit-refused', why: 'They do not let you out through their device.' }),
  'browse-error-exit-away': errorOut('https://weather.example.com/', { code: 'exit-unreachable', why: 'Their device gave no answer.' }),
  'browse-error-certificate': errorOut('https://weather.example.com/', { step: 'answer', code: 'certificate', why: 'Nobody whom this device trusts vouches for the certificate.' }),
  'browse-error-timeout': error({ step: 'answer', code: 'timeout' }),
  'browse-error-malformed': error({ step: 'answer', code: 'malformed' }),
  'browse-error-silent': error({ step: 'door', code: 'silent' }),
  'browse-error-crashed': error({ step: 'answer', code: 'crashed' }),
}
