import { MiB } from '../../../src/shared/units.ts'
import { connectivity, introducer } from '../network.ts'
import { person } from '../people.ts'
import type { Scene } from '../world.ts'
import { rule } from './door.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const settings = paths.settingsSection('introducers')
const below: Step[] = [{ scrollTo: 'This device as an introducer' }, { waitMs: 300 }]

const some: Partial<Scene> = { connectivity: connectivity({ introducers: [introducer('Harbor')] }) }
const contacts = rule('contacts', { who: { kind: 'contact' }, capability: 'relay', origin: 'person', hits: 0, lastHitMs: null })
const serving: Partial<Scene> = {
  ...some,
  rules: [contacts],
  introduction: { registrations: 3, reservations: 2, circuits: 1, relayedBytes: 418.3 * MiB },
}

/** This device as an introducer, at the end of the settings about introducers. */
export const introducingScenes: Record<string, GalleryScene> = {
  'introducing-off': scene(settings, some, below),
  'introducing-on': scene(settings, serving, below),
  'introducing-none': scene(settings, { ...some, rules: [contacts] }, below),
  'introducing-no-address': scene(settings, { ...serving, introduction: { link: null } }, below),
  'introducing-inside': scene(
    settings,
    { ...serving, reachability: { lamp: 'lan', why: ['Others can reach this device only on the same local network.'], listening: ['/ip4/192.168.1.7/tcp/4001'] } },
    below,
  ),
  'introducing-draining': scene(settings, { ...serving, introduction: { ...serving.introduction, draining: true } }, below),
  'introducing-others': scene(
    settings,
    {
      ...serving,
      people: [person('Bea')],
      rules: [rule('Bea', { capability: 'relay' }), rule('strangers', { who: { kind: 'unknown' }, capability: 'relay', verdict: 'deny' })],
    },
    below,
  ),
  'introducing-failed': scene(settings, { ...some, failing: { 'reach.introduction': 'INTERNAL' } }, below),
  'introducing-refused': scene(settings, { ...some, failing: { 'door.addRule': 'INTERNAL' } }, [
    { switch: 'Introduce my contacts' },
    ...below,
  ]),
}
