import { afterEach, expect, test } from 'vitest'
import { Lab } from '../lab.ts'
import { eventually } from '../../helpers/eventually.ts'
import { befriend, PATIENCE_MS, pathBetween, settle, Talk, WHOLE } from './friends.ts'

/* What happens to a conversation when the network under it changes. */

let lab: Lab
afterEach(() => lab.close())

const CONES = [{ name: 'ana', kind: 'port-restricted' }, { name: 'bea', kind: 'port-restricted' }] as const

async function runEach(space: string, lines: readonly string[]): Promise<void> {
  await lab.world.run(space, lines.join('\n'))
}

const insert = (rule: string): string => `nft insert rule inet lab forward ${rule}`

async function untilDirect(...friends: Parameters<typeof pathBetween>): Promise<void> {
  const isDirect = async (): Promise<boolean> => (await pathBetween(...friends)).route === 'direct'
  await eventually('a direct path', isDirect, { withinMs: PATIENCE_MS, everyMs: 100 })
}

test('a host that moves to another network goes on with what it was sending', async () => {
  lab = await Lab.create(CONES, ['ines'])
  const [ana, bea] = [await settle(lab, 'ana'), await settle(lab, 'bea')]
  await befriend(ana, bea)
  await untilDirect(ana, bea)
  const talk = await Talk.begin(ana, bea, 'moved')
  await talk.until(0.2)

  const { inner, outer, gateways: [gateway = ''] } = lab.world.site('ana')
  const withEnd = (address: string, end: number): string => address.replace(/\d+$/, String(end))
  await runEach('ana', [
    `ip addr del ${inner}/24 dev lan`,
    `ip addr add ${withEnd(inner, 77)}/24 dev lan`,
    `ip route replace default via ${withEnd(inner, 1)}`,
  ])
  await runEach(gateway, [`ip addr del ${outer}/8 dev wan`, `ip addr add ${withEnd(outer, 77)}/8 dev wan`, 'conntrack -F'])

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
  const { outer } = lab.world.site('bea')
  await runEach(gateway, ['saddr', 'daddr'].map((end) => insert(`ip ${end} ${outer} meta l4proto udp drop`)))
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
  await runEach(gateway, ports.flatMap((port) => ['sport', 'dport'].map((end) => insert(`tcp ${end} ${port} drop`))))
  const talk = await Talk.begin(ana, bea, 'half open', 40)
  expect(await talk.end()).toEqual(WHOLE)
})
