import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { afterEach, expect, test } from 'vitest'
import { allServices } from '../../../src/main/node/config.ts'
import type { Household } from '../../../src/main/node/types.ts'
import { guardsOf, libp2pServes } from '../../../src/main/node/page.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { APP_PROTOCOL } from '../../../src/main/protocols/app/index.ts'
import { COPY_TERMS } from '../../../src/main/protocols/copy/index.ts'
import { EXIT_TERMS } from '../../../src/main/protocols/exit/index.ts'
import { FILE_PROTOCOL } from '../../../src/main/protocols/file/index.ts'
import { HELLO_TERMS } from '../../../src/main/protocols/hello/index.ts'
import { KNOCK_PROTOCOL } from '../../../src/main/protocols/knock/index.ts'
import { LINK_PROTOCOL } from '../../../src/main/protocols/link/index.ts'
import { MAIL_KEYS_PROTOCOL, MAILBOX_PROTOCOL } from '../../../src/main/protocols/mailbox/index.ts'
import { SITE_TERMS } from '../../../src/main/protocols/site/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { anyMatch } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type HouseholdOptions, type OpenHousehold } from '../../helpers/households.ts'

const houses: OpenHousehold[] = []

afterEach(async () => {
  for (const house of houses.splice(0)) await house.close()
})

async function open(options: HouseholdOptions & { readonly name: string }): Promise<OpenHousehold> {
  const house = await openHousehold(options)
  houses.push(house)
  return house
}

/** As its node has it, where it is in no group. */
const pageOf = ({ door, ledger }: Household) => guardsOf(door, (peerId) => ledger.isValidator(peerId), async () => false)

test('every protocol that a whole node serves is guarded, or stands open with its reason', async () => {
  // What reaches out of this machine stays off.
  const ana = await open({ name: 'Ana', services: { ...allServices, lan: false, upnp: false, demo: false } })
  const bea = await open({ name: 'Bea' })
  const lasting = { match: anyMatch, until: { kind: 'forever' }, priority: 0, note: '' } as const
  ana.door.addRule({ who: { kind: 'anyone' }, capability: 'relay', verdict: 'allow', ...lasting }, 'person')
  await bea.peers.connect(ana.address)

  const named = [...pageOf(ana).keys(), ...libp2pServes.map(({ protocol }) => protocol)]
  // As a stranger sees it: what identify tells.
  const served = (): string[] => bea.peers.list().find(({ peerId }) => peerId === ana.me.peerId)?.protocols ?? []
  await eventually('all that is on the page', () => named.every((protocol) => served().includes(protocol)))
  expect(served().toSorted()).toEqual(named.toSorted())
  for (const { why } of libp2pServes) expect(why.length).toBeGreaterThan(20)
})

test('of ours, only what asks the door itself, by name, opens to who has proven nothing', async () => {
  const ana = await open({ name: 'Ana' })
  const stranger: RemotePeer = {
    peerId: PeerId.parse(peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()),
    connection: 'of a stranger',
    route: 'direct',
    transport: 'tcp',
    address: '/ip4/198.51.100.7/tcp/4001',
    direction: 'inbound',
    circuit: null,
  }
  const ours = [APP_PROTOCOL, COPY_TERMS.protocol, EXIT_TERMS.protocol, FILE_PROTOCOL, HELLO_TERMS.protocol]
  const asked = [...ours, KNOCK_PROTOCOL, LINK_PROTOCOL, MAILBOX_PROTOCOL, MAIL_KEYS_PROTOCOL, SITE_TERMS.protocol]
  const openTo: string[] = []
  for (const [protocol, guard] of pageOf(ana)) {
    const { verdict } = await guard(stranger, AbortSignal.timeout(10_000))
    if (verdict === 'allow') openTo.push(protocol)
  }
  expect(openTo.toSorted()).toEqual(asked.toSorted())
})
