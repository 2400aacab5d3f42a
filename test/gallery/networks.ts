import type { KnownNetwork, NetworkPreview, ValidatorCard } from '../../src/shared/model/networks.ts'
import { DAY, MINUTE, SECOND } from '../../src/shared/units.ts'
import { networkIdOf, peerIdOf } from './ids.ts'
import { me, now } from './people.ts'
import type { implementWith, World } from './world.ts'

/** Validators by their names; `me` is this device. */
export const validators = (...names: string[]): KnownNetwork['validators'] =>
  names.map((name) => ({
    peerId: name === 'me' ? me.peerId : peerIdOf(name),
    label: name === 'me' ? me.deviceLabel : name,
    mine: name === 'me',
  }))

export function network(name: string, changes: Partial<KnownNetwork> = {}): KnownNetwork {
  return {
    id: networkIdOf(name),
    label: name,
    active: false,
    origin: 'link',
    tld: 'peer',
    validators: validators('Anders’ cellar', 'Bea’s desk', 'harbor.example.org', 'Tomasz’ laptop'),
    faults: 1,
    slotMs: 3 * SECOND,
    roundMs: 500,
    startMs: now() - 40 * DAY,
    knownMs: now() - 12 * DAY,
    height: 1_204,
    headMs: now() - 2 * MINUTE,
    ...changes,
  }
}

/** What every device makes at its first start. */
export const ownNetwork = (changes: Partial<KnownNetwork> = {}): KnownNetwork =>
  network('home', {
    label: 'Noor’s network',
    origin: 'own',
    active: true,
    validators: validators('me'),
    faults: 0,
    height: 38,
    knownMs: now() - 40 * DAY,
    headMs: now() - 26 * MINUTE,
    ...changes,
  })

/** The card of somebody, as a link that the scene's main reads: the name stands in it. */
export const cardLink = (name: string): string =>
  `latch://validator/${btoa(encodeURIComponent(name)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`

function readCard(link: string): ValidatorCard | null {
  const written = link.slice('latch://validator/'.length).replaceAll('-', '+').replaceAll('_', '/')
  try {
    const label = decodeURIComponent(atob(written))
    const mine = label === 'me'
    const peerId = mine ? me.peerId : peerIdOf(label)
    const addresses = label.startsWith('hidden') ? [] : ['/ip4/198.51.100.7/tcp/4001']
    return { peerId, label: mine ? me.deviceLabel : label, addresses, madeMs: now(), mine }
  } catch {
    return null
  }
}

export function networkPreview(changes: Partial<NetworkPreview> = {}): NetworkPreview {
  const { id, tld, validators, faults, slotMs, roundMs, startMs } = network('Harbour street')
  return { id, label: 'Harbour street', tld, validators, faults, slotMs, roundMs, startMs, known: false, ...changes }
}

const BAD_CARD = 'The signature of this card does not hold: it was changed on its way.'
const BAD_LINK = 'This link is not whole; copy all of it, from latch://network/ to its end.'

/** The networks of one scene, alive. */
export function createNetworks(os: ReturnType<typeof implementWith>, world: World) {
  const { scene } = world
  const find = (id: string): KnownNetwork | undefined => scene.networks.find((known) => known.id === id)
  const put = (changed: KnownNetwork): KnownNetwork => {
    const rest = scene.networks.map((known) => ({ ...known, active: known.active && !changed.active }))
    const isKnown = rest.some(({ id }) => id === changed.id)
    scene.networks = isKnown ? rest.map((known) => (known.id === changed.id ? changed : known)) : [...rest, changed]
    world.networks.tell({ event: 'network-changed', network: changed })
    return changed
  }
  const link = (): string => `latch://network/${'pWRuYW1lZkhhcmJvdXJnZ2VuZXNpc1gg'.repeat(scene.longLinks ? 110 : 12)}`
  return {
    list: os.networks.list.handler(() => scene.networks),
    card: os.networks.card.handler(({ errors }) => {
      const card = readCard(cardLink('me'))
      if (card === null) throw errors.INTERNAL()
      return { link: cardLink('me'), card }
    }),
    readCard: os.networks.readCard.handler(({ input, errors }) => {
      const card = readCard(input.link)
      if (card === null) throw errors.BAD_INPUT({ message: BAD_CARD })
      return card
    }),
    make: os.networks.make.handler(({ input }) => {
      const others = input.cards.map((card) => readCard(card)?.label ?? '')
      return put(
        network(input.label, {
          origin: 'made',
          active: true,
          validators: validators('me', ...others),
          faults: input.faults ?? 0,
          roundMs: input.roundMs ?? 500,
          height: 0,
          headMs: null,
          knownMs: Date.now(),
        }),
      )
    }),
    link: os.networks.link.handler(() => ({ link: link() })),
    read: os.networks.read.handler(({ errors }) => {
      if (scene.preview === null) throw errors.BAD_INPUT({ message: BAD_LINK })
      return networkPreview(scene.preview)
    }),
    join: os.networks.join.handler(({ input }) => {
      const { id, label } = networkPreview(scene.preview ?? {})
      return put({ ...(find(id) ?? network(label, { id, height: 0, headMs: null })), active: input.use })
    }),
    use: os.networks.use.handler(({ input, errors }) => {
      const known = find(input.id)
      if (known === undefined) throw errors.NOT_FOUND()
      return put({ ...known, active: true })
    }),
    rename: os.networks.rename.handler(({ input, errors }) => {
      const known = find(input.id)
      if (known === undefined) throw errors.NOT_FOUND()
      return put({ ...known, label: input.label })
    }),
    forget: os.networks.forget.handler(({ input }) => {
      scene.networks = scene.networks.filter(({ id }) => id !== input.id)
      world.networks.tell({ event: 'network-forgotten', id: input.id })
      return input
    }),
    watch: os.networks.watch.handler(({ signal }) => world.networks.watch(() => scene.networks, signal)),
  }
}
