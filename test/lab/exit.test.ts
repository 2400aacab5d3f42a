import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Exit, ExitUse } from '../../src/shared/model/exit.ts'
import type { Rule } from '../../src/shared/model/door.ts'
import { eventually } from '../helpers/eventually.ts'
import { befriend, settle, type Friend } from './faults/friends.ts'
import { Lab } from './lab.ts'
import type { Outing } from './outings.ts'
import type { Remote } from './remote.ts'
import type { Web, WebReady } from './web.ts'

/*
 * Ana and Bea, each behind a NAT of their own, and a host of the web that answers Bea's address and nobody else's:
 *
 *   ana ── gateway ── internet ── gateway ── bea (also a server of her own, on loopback and on her network)
 *                        │
 *                       web (only from Bea's gateway)
 *
 * Names are those of Bea's /etc/hosts: Ana has none, and there is no DNS.
 */

const HOST = 'example.org'
/** A network of Bea's whose addresses look like anybody's. */
const OWN = { mine: '9.9.9.1', other: '9.9.9.2' }
/** What does not come is waited for this long; with Bea it is there in a millisecond. */
const SILENCE_MS = 1_500
/** 24 bytes each way, of each of a few connections. */
const GOODBYES_BYTES = 200

let lab: Lab
let ana: Friend
let bea: Friend
let web: Remote<Web>
/** At port 443 of Bea's own device: nobody is to come there. */
let canary: Remote<Web>
let hosts: string

beforeAll(async () => {
  const places = [{ name: 'ana', kind: 'port-restricted' }, { name: 'bea', kind: 'full-cone' }] as const
  lab = await Lab.create(places, ['ines'], { others: [{ name: 'web', kind: 'public' }] })
  const { world } = lab
  await world.run('bea', `ip addr add ${OWN.mine}/24 dev lan`)
  await world.run('web', onlyFrom(world.site('bea').outer))
  hosts = join(world.folder, 'hosts-of-bea')
  await writeFile(hosts, namesOf(world.site('web').outer))
  ;[web, canary] = await Promise.all([
    world.start<Web>('web', 'web.ts', { host: HOST }),
    world.start<Web>('bea', 'web.ts', { host: HOST }),
  ])
  ;[ana, bea] = await Promise.all([settle(lab, 'ana'), settle(lab, 'bea', { hosts })])
  await befriend(ana, bea)
})

afterAll(() => lab.close())

beforeEach(async () => {
  for (const { id, capability } of await rules()) if (capability === 'exit') await said(bea, 'door', 'rule', 'remove', id)
  for (const friend of [ana, bea]) await said(friend, 'exit', 'clear')
})

function onlyFrom(address: string): string {
  return `nft -f - <<'RULES'
table inet web {
  chain input {
    type filter hook input priority 0; policy accept;
    tcp dport 443 ip saddr != ${address} drop
  }
}
RULES`
}

function namesOf(outside: string): string {
  const { inner } = lab.world.site('bea')
  const router = inner.replace(/\d+$/, '1')
  const names: [string, string][] = [
    ['127.0.0.1', 'localhost'],
    [outside, HOST],
    ['127.0.0.1', 'loopback.example.org'],
    ['::1', 'loopback6.example.org'],
    ['::ffff:127.0.0.1', 'mapped.example.org'],
    [inner, 'self.example.org'],
    [router, 'router.example.org'],
    [OWN.mine, 'own.example.org'],
    [OWN.other, 'neighbour.example.org'],
    ['169.254.169.254', 'metadata.example.org'],
    [outside, 'both.example.org'],
    ['127.0.0.1', 'both.example.org'],
    [outside, 'turns.example.org'],
  ]
  return names.map(([address, name]) => `${address} ${name}\n`).join('')
}

/** What `latch` printed. Errors: it ended with another exit code than 0. */
async function said(friend: Friend, ...args: string[]): Promise<string> {
  const { code, out, err } = await friend.host.call('latch', { args })
  if (code !== 0) throw new Error(`latch ${args.join(' ')} of ${friend.name} ended with ${code}: ${err}`)
  return out
}

async function rules(): Promise<Rule[]> {
  return JSON.parse(await said(bea, 'door', 'rules', '--json')) as Rule[]
}

async function check(): Promise<{ code: number; state: Exit['state'] }> {
  const { code, out } = await ana.host.call('latch', { args: ['exit', 'check', 'bea', '--json'] })
  return { code, state: (JSON.parse(out) as Exit).state }
}

const letOut = (): Promise<string> => said(bea, 'door', 'rule', 'add', 'allow', 'ana', 'exit')

function outing(path: string, host = HOST, port = 443): Outing {
  const { certificate } = web.ready as WebReady
  return { through: bea.me.peerId, host, path, port, certificate }
}

const page = (path: string, host?: string, port?: number) => ana.host.call('page', outing(path, host, port))

/** Of one host, once nothing is open there any more. */
function counted(friend: Friend, host: string): Promise<ExitUse> {
  return eventually(`${friend.name} has counted ${host}`, async () => {
    const uses = JSON.parse(await said(friend, 'exit', 'uses', '--json')) as ExitUse[]
    return uses.find((use) => use.host === host && use.open === 0)
  })
}

test('nobody is let out before a rule says so, and then TLS reaches a host through whoever lets them', async () => {
  expect(await check()).toEqual({ code: 4, state: 'off' })
  expect(await page('/hello')).toMatchObject({ came: 'refused', code: 'denied' })
  const outside = lab.world.site('web').outer
  expect(await ana.host.call('dial', { host: outside, port: 443, withinMs: SILENCE_MS })).toBe('no answer')
  const { outer } = lab.world.site('bea')
  expect((await web.call('visitors')).every((from) => from === outer)).toBe(true)

  await letOut()
  expect(await check()).toEqual({ code: 0, state: 'open' })
  expect(await page('/hello')).toMatchObject({ came: 'answer', status: 200, text: `GET /hello from ${outer}`, tls: 'TLSv1.3' })
  const { largeBytes } = web.ready as WebReady
  const hash = createHash('sha256').update(Buffer.alloc(largeBytes, 'latch ')).digest('hex')
  expect(await page('/large')).toMatchObject({ came: 'answer', bytes: largeBytes, hash })

  const [ours, theirs] = [await counted(ana, HOST), await counted(bea, HOST)]
  expect(ours).toMatchObject({ whose: 'ours', called: 'bea', host: HOST, port: 443, connections: 2, refused: 1 })
  expect(theirs).toMatchObject({ whose: 'theirs', called: 'ana', host: HOST, port: 443, connections: 2, refused: 0 })
  // Who has the whole page hangs up: the goodbyes of TLS may be under way then.
  expect(Math.abs(theirs.sentBytes - ours.sentBytes)).toBeLessThan(GOODBYES_BYTES)
  expect(Math.abs(theirs.receivedBytes - ours.receivedBytes)).toBeLessThan(GOODBYES_BYTES)
  expect(ours.receivedBytes).toBeGreaterThan(largeBytes)
  expect(ours.sentBytes).toBeGreaterThan(200)
  expect(new Set(await web.call('visitors'))).toEqual(new Set([outer]))
})

test('an address is opened without a name, and only at port 443', async () => {
  await letOut()
  const outside = lab.world.site('web').outer
  // Its certificate names the host: this one is not meant by it, and TLS from end to end says so.
  await expect(page('/hello', outside)).rejects.toThrow(/does not match certificate/)
  const use = await counted(bea, outside)
  expect(use).toMatchObject({ connections: 1, refused: 0 })
  expect(await page('/hello', HOST, 80)).toMatchObject({ came: 'refused', code: 'port' })
})

test('what is near to the exit is refused, by whatever name', async () => {
  await letOut()
  const { inner } = lab.world.site('bea')
  const near = ['loopback', 'loopback6', 'mapped', 'self', 'router', 'own', 'neighbour', 'metadata', 'both'].map((name) => `${name}.${HOST}`)
  for (const host of [...near, '127.0.0.1', '::1', inner, '192.168.1.1', 'localhost', OWN.other]) {
    expect({ host, ...(await page('/', host)) }).toMatchObject({ host, came: 'refused', code: 'private-address' })
  }
  expect(await canary.call('visitors')).toEqual([])
  expect(await counted(bea, `router.${HOST}`)).toMatchObject({ connections: 0, refused: 1 })
  // Somebody is there, and heard of nothing.
  for (const host of ['127.0.0.1', inner, OWN.mine]) {
    expect(await bea.host.call('dial', { host, port: 443, withinMs: SILENCE_MS })).toBe('connected')
  }
  await eventually('the canary sings', async () => (await canary.call('visitors')).length === 3)
})

test('the address at which others see the exit is near to it: its own router would answer there', async () => {
  await letOut()
  const { outer } = lab.world.site('bea')
  await eventually('bea knows how she is seen', async () => {
    const came = await page('/', outer)
    return came.came === 'refused' && came.code === 'private-address'
  })
  expect(await counted(bea, outer)).toMatchObject({ connections: 0 })
})

test('a name that means something near the second time is refused then', async () => {
  await letOut()
  const host = `turns.${HOST}`
  const before = (await web.call('visitors')).length
  await expect(page('/hello', host)).rejects.toThrow(/does not match certificate/)
  expect(await web.call('visitors')).toHaveLength(before + 1)
  const heard = await canary.call('visitors')
  await writeFile(hosts, namesOf('127.0.0.1'))
  try {
    expect(await page('/hello', host)).toMatchObject({ came: 'refused', code: 'private-address' })
  } finally {
    await writeFile(hosts, namesOf(lab.world.site('web').outer))
  }
  expect(await canary.call('visitors')).toEqual(heard)
})

test('a rule that is taken back cuts what is open through it', async () => {
  await letOut()
  expect(await ana.host.call('hold', { label: 'cut', outing: outing('/endless') })).toEqual({ came: 'some' })
  expect(await ana.host.call('isHeld', { label: 'cut' })).toBe(true)
  const [rule] = (await rules()).filter(({ capability }) => capability === 'exit')
  await said(bea, 'door', 'rule', 'remove', rule?.id ?? '')
  expect(await ana.host.call('over', { label: 'cut' }, 10_000)).not.toBe('an end')
  expect(await ana.host.call('isHeld', { label: 'cut' })).toBe(false)
  // The door cuts all that they have open together: they are back in a moment, and hear no.
  await eventually('that it is refused', async () => {
    const came = await page('/hello')
    return came.came === 'refused' && came.code === 'denied'
  })
  expect(await check()).toEqual({ code: 4, state: 'off' })
  expect((await counted(bea, HOST)).open).toBe(0)
})
