import { afterEach, expect, test } from 'vitest'
import { Lab } from '../lab.ts'
import { eventually } from '../../helpers/eventually.ts'
import { befriend, PATIENCE_MS, pathBetween, settle, Talk, WHOLE } from './friends.ts'

/* What happens to a conversation when the network under it changes. */

let lab: Lab
afterEach(() => lab.close())

const CONES = [{ name: 'ana', kind: 'port-restricted' }, { name: 'bea', kind: 'port-restricted' }] as const

async function untilDirect(...friends: Parameters<typeof pathBetween>): Promise<void> {
  await eventually('a direct path', async () => (await pathBetween(...friends)).route === 'direct', { withinMs: PATIENCE_MS, everyMs: 100 })
}

test('a host that moves to another network goes on with what it was sending', async () => {
  lab = await Lab.create(CONES, ['ines'])
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await befriend(ana, bea)
  await untilDirect(ana, bea)
  const talk = await Talk.begin(ana, bea, 'moved')
  await talk.until(0.2)

  const { inner, outer, gateways: [gateway = ''] } = lab.world.site('ana')
  const [moved, seen] = [inner.replace(/\d+$/, '77'), outer.replace(/\d+$/, '77')]
  await lab.world.run('ana', `ip addr del ${inner}/24 dev lan\nip addr add ${moved}/24 dev lan\nip route replace default via ${inner.replace(/\d+$/, '1')}`)
  await lab.world.run(gateway, `ip addr del ${outer}/8 dev wan\nip addr add ${seen}/8 dev wan\nconntrack -F`)

  expect(await talk.end()).toEqual(WHOLE)
  await untilDirect(ana, bea)
})

test('a direct path that dies without a word is left, and nothing is lost on it', async () => {
  lab = await Lab.create(CONES, ['ines'])
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await befriend(ana, bea)
  await untilDirect(ana, bea)
  const talk = await Talk.begin(ana, bea, 'silent')
  await talk.until(0.2)
  // WebRTC's flow and no other: everything of UDP but to the introducer.
  const [gateway = ''] = lab.world.site('ana').gateways
  await lab.world.run(gateway, `nft insert rule inet lab forward ip saddr ${lab.world.site('bea').outer} udp dport 1-65535 drop\nnft insert rule inet lab forward ip daddr ${lab.world.site('bea').outer} udp dport 1-65535 drop`)
  expect(await talk.end()).toEqual(WHOLE)
})

test('a half-open connection to the introducer is noticed, and the place is held anew', async () => {
  lab = await Lab.create([{ name: 'ana', kind: 'symmetric' }, { name: 'bea', kind: 'symmetric' }], ['ines'])
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await befriend(ana, bea)
  // The gateway forgets the flow and drops what it does not know, both ways, as one that restarted.
  const [gateway = ''] = lab.world.site('bea').gateways
  const flows = await lab.world.run(gateway, 'conntrack -L -p tcp -o extended 2>/dev/null')
  const ports = [...flows.matchAll(/ESTABLISHED src=10\.\S+ dst=\S+ sport=(\d+)/g)].map(([, port]) => port)
  expect(ports.length).toBeGreaterThan(0)
  await lab.world.run(gateway, ports.map((port) => `nft insert rule inet lab forward tcp sport ${port} drop\nnft insert rule inet lab forward tcp dport ${port} drop`).join('\n'))
  const talk = await Talk.begin(ana, bea, 'half open', 40)
  expect(await talk.end()).toEqual(WHOLE)
})
