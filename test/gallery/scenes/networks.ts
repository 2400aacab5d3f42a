import { cardLink, network, ownNetwork, validators } from '../networks.ts'
import { networkIdOf } from '../ids.ts'
import { now } from '../people.ts'
import type { Scene } from '../world.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { paths, scene, type GalleryScene, type Step } from './scene.ts'

const page = paths.networks
const some: Partial<Scene> = {
  networks: [
    ownNetwork({ active: false }),
    network('Harbour street', { active: true }),
    network('Rowing club', {
      origin: 'invitation',
      validators: validators('me', 'Bea’s desk', 'Tomasz’ laptop'),
      height: 91,
      headMs: now() - 3 * HOUR,
      knownMs: now() - 4 * DAY,
    }),
  ],
}
const many: Partial<Scene> = {
  networks: [
    ownNetwork({ active: false, height: 0, headMs: null }),
    ...Array.from({ length: 14 }, (_, index) =>
      network(`Network ${index + 1}`, {
        active: index === 3,
        label: index === 5 ? 'The network of the inhabitants of the street behind the harbour, north' : `Network ${index + 1}`,
        height: index * 7_919,
        headMs: index === 0 ? null : now() - index * 9 * HOUR,
        roundMs: index === 2 ? 1_500 : 500,
        validators: validators(...Array.from({ length: index + 1 }, (_, at) => `validator ${at + 1}`)),
        faults: Math.floor(index / 2),
      }),
    ),
  ],
}
const link = 'latch://network/pWRuYW1lZkhhcmJvdXJnZ2VuZXNpc1gg'
const type = (text: string, into: string): Step => ({ type: text, into })
const wait: Step = { waitMs: 300 }
const making: Step[] = [{ click: 'Make a network' }, wait, type('Harbour street', 'Name of the network')]
const several: Step[] = [...making, { choose: 'Several validators' }, wait]
const cards = (...names: string[]): Step[] => [
  type(names.map(cardLink).join(' '), 'Paste a card'),
  { press: 'Enter' },
  { waitMs: 400 },
]

/** The networks that a device knows, joining one, making one. */
export const networkScenes: Record<string, GalleryScene> = {
  'networks-own': scene(page, { networks: [ownNetwork()] }),
  'networks-some': scene(page, some),
  'networks-many': scene(page, many),
  'networks-loading': scene(page, { failing: { 'networks.watch': 'never' } }, [{ waitMs: 400 }]),
  'networks-use-failed': scene(page, { ...some, failing: { 'networks.use': 'INTERNAL' } }, [
    { click: 'Use Rowing club' },
    wait,
  ]),
  'networks-menu': scene(page, some, [{ click: 'More about Rowing club' }, wait]),
  'networks-link': scene(page, some, [
    { click: 'More about Harbour street' },
    { click: 'Link for others Whoever opens it follows this network.' },
    { waitMs: 400 },
  ]),
  'networks-link-long': scene(page, { ...some, longLinks: true }, [
    { click: 'More about Harbour street' },
    { click: 'Link for others Whoever opens it follows this network.' },
    { waitMs: 400 },
  ]),
  'networks-rename': scene(page, some, [{ click: 'More about Rowing club' }, { click: 'Rename' }, wait]),
  'networks-forget': scene(page, some, [
    { click: 'More about Rowing club' },
    { click: 'Forget this network With its chain on this device. You are asked first.' },
    wait,
  ]),
  'networks-join': scene(page, some, [{ click: 'Join a network' }, wait]),
  'networks-join-preview': scene(
    page,
    { ...some, preview: { id: networkIdOf('another'), label: 'Allotments by the river' } },
    [{ click: 'Join a network' }, type(link, 'Link to a network'), { waitMs: 400 }],
  ),
  'networks-join-known': scene(page, { ...some, preview: { known: true } }, [
    { click: 'Join a network' },
    type(link, 'Link to a network'),
    { waitMs: 400 },
  ]),
  'networks-join-bad': scene(page, { ...some, preview: null }, [
    { click: 'Join a network' },
    type(link, 'Link to a network'),
    { waitMs: 400 },
  ]),
  'networks-make': scene(page, some, making),
  'networks-make-several': scene(page, some, several),
  'networks-make-cards': scene(page, some, [...several, ...cards('Bea’s desk', 'hidden-box', 'Tomasz’ laptop, which stands in the cellar')]),
  'networks-make-bad': scene(page, some, [...several, ...cards('Bea’s desk', 'me')]),
  'networks-make-advanced': scene(page, some, [
    ...several,
    ...cards('Bea’s desk', 'Tomasz’ laptop'),
    { focusFirst: '[role=dialog] details summary' },
    { press: 'Enter' },
    type('5', 'Length of a round (Δ), in milliseconds'),
    wait,
  ]),
  'networks-made': scene(page, some, [...several, ...cards('Bea’s desk', 'Tomasz’ laptop'), { click: 'Make the network' }, { waitMs: 500 }]),
  'networks-told': scene(paths.square, { networks: some.networks ?? [] }, [
    { press: 'Control+k' },
    type('Use network Rowing', 'Command palette'),
    { press: 'Enter' },
    { waitMs: 400 },
  ]),
}
