import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import dnsPacket, { type DecodedPacket, type RecordType } from 'dns-packet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LedgerStatus } from '../../../src/shared/model/consensus.ts'
import type { CacheLine, Lookup, LookupProgress, Zone } from '../../../src/shared/model/names.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

/** Of a network of Ada's own, which Bea joins later. */
let ada: Home
let bea: Home
beforeAll(async () => {
  ;[ada, bea] = await Promise.all([openHome('Ada', { gossip: true, dht: true }), openHome('Bea', { gossip: true, dht: true })])
})
afterAll(async () => {
  await ada.close()
  await bea.close()
})

it('a name is claimed step by step, pointed, and shown', async () => {
  const { code, out } = await ada.run('name', 'claim', 'alice')
  expect(code).toBe(0)
  expect(out).toMatch(/^Working for the commitment: \d+ bits…\n[^]*\nalice\.peer is yours, as of block \d\.\n$/)
  // A new name points at the device that claimed it by itself, a moment later.
  await eventually('it has a zone', async () => (await ada.run('name')).out.match(/\nalice\.peer +yours +until \S+ \S+ +here alone, /) !== null)
  expect((await ada.run('name', 'point', 'alice', 'address', '192.0.2.7:8080')).out).toMatch(/^alice\.peer has 2 records now\. Nobody is connected /)
  // The record of a device takes the place of its former one.
  await ada.run('name', 'point', 'alice.peer', 'peer')
  await ada.run('name', 'point', 'www.alice.peer', 'text', 'Open on Sundays')
  expect((await ada.run('name', 'zone', 'alice')).out).toMatch(/\n@ +peer +12D3…\S{8}\n@ +address +192\.0\.2\.7:8080\nwww +text +Open on Sundays\n/)
  expect((await ada.run('name', 'show', 'alice.peer')).out).toMatch(/\nOwner +you [^]*\nwww +text +Open on Sundays\n$/)
})

it('a zone goes through a file and back, and an older one changes nothing', async () => {
  const before = (await ada.run('name', 'zone', 'alice', '--json')).out
  const zone = JSON.parse(before) as Zone
  const changed = { ...zone, records: [...zone.records, { label: 'mail', kind: 'service', service: '_smtp._tcp', port: 25, target: '@' }] }
  const file = join(ada.dataFolder, 'zone.json')
  await writeFile(file, JSON.stringify(changed))
  expect((await ada.run('name', 'zone', 'alice', '--from', file)).out).toMatch(/^alice\.peer has 4 records now\. /)
  const again = await ada.run('name', 'zone', 'alice', '--from', file)
  expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/^latch: This zone was changed meanwhile, [^\n]*\n$/) as string })
  await writeFile(file, JSON.stringify([...zone.records, { label: 'WWW', kind: 'site', cid: null }]))
  expect(await ada.run('name', 'zone', 'alice', '--from', file)).toMatchObject({ code: 4, out: 'Refused: Record 4: Labels are written in small letters.\n' })
  await writeFile(file, JSON.stringify([{ label: 'team', kind: 'site', cid: null }, { label: 'team', kind: 'site', cid: null }]))
  expect((await ada.run('name', 'zone', 'alice', '--from', file)).out).toBe('Refused: Record 2: A label has one record of the kind site.\n')
  expect((await ada.run('name', 'unpoint', 'mail.alice.peer')).out).toMatch(/^Took 1 record away\. alice\.peer has 3 /)
})

it('a look-up says both clocks and its steps, in either spelling', async () => {
  const { code, out } = await ada.run('--query', 'alice')
  expect(code).toBe(0)
  expect(out).toMatch(/^Name +alice\.peer\nOwner +you \(k51\S+\)\nOwned +as of block \d, made [^\n]*\nPoints +signed [^]*\nFrom +this device, where it was signed\nTook +/)
  expect((await ada.run('query', 'www.alice.peer')).out).toMatch(/\nwww +text +Open on Sundays\n$/)
  expect((await ada.run('query', 'shop.alice.peer')).out).toMatch(/\nThere is no record at shop\.alice\.peer itself, but at @, www\.\n$/)
  const lines = (await ada.run('query', 'alice.peer', '--trace', '--json')).out.trim().split('\n')
  const told = lines.map((line) => JSON.parse(line) as LookupProgress)
  expect(told.filter(({ kind }) => kind === 'step').length).toBeGreaterThan(1)
  expect(told.at(-1)).toMatchObject({ kind: 'done', lookup: { outcome: { outcome: 'found', from: 'own' } } })
  expect((await ada.run('query', 'alice.peer', '--trace')).out).toMatch(/^ +\d+\.\d ms +read +found +It is a name of this network: alice\.peer\.\n/)
})

const wrong: [string, RegExp][] = [
  ['', /^Type a name, such as alice\.peer\.$/],
  ['ALICE.peer', /small letters: did you mean alice\.peer\?$/],
  ['alice.peer.', /no dot at its end: did you mean alice\.peer\?$/],
  ['alice..peer', /no two dots in a row: did you mean alice\.peer\?$/],
  [`${'a'.repeat(64)}.peer`, /63/],
  ['al.peer', /3/],
  ['alice-.peer', /hyphen/],
  ['alice.com', /end in \.peer/],
  ['аlice.peer', /none of the letters a to z, though it may look like one/],
  ['alice\u200d.peer', /a character in it that is not seen \(U\+200D\): did you mean alice\.peer\?$/],
  ['alice\u202e.peer', /not seen \(U\+202E\)/],
  ['ａｌｉｃｅ.peer', /may look like one: did you mean alice\.peer\?$/],
  ['xn--alice-9d0b.peer', /xn--/],
  ['a.b.c.d.e.alice.peer', /at most 4 labels/],
  ['a b.peer', /no spaces/],
]

it.each(wrong)('what is no name is one sentence, looked up or claimed: %j', async (text, sentence) => {
  for (const args of [['query', text], ['name', 'claim', text], ['name', 'point', text, 'site']]) {
    const { code, out, err } = await ada.run(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^latch: [^\n]+\n$/)
    expect(err.slice('latch: '.length, -1)).toMatch(sentence)
  }
  const { code, out } = await ada.run('query', text, '--json')
  expect({ code, lookup: JSON.parse(out) as Lookup }).toMatchObject({ code: 2, lookup: { outcome: { outcome: 'refused' }, ledger: null } })
})

it('ten thousand labels are one sentence too', async () => {
  const { code, err } = await ada.run('query', `${'a.'.repeat(10_000)}peer`)
  expect(code).toBe(2)
  expect(err).toMatch(/^latch: [^\n]{1,200}\n$/)
})

it('DNS answers programs, at the port that was chosen, until it is switched off', async () => {
  const port = await freePort()
  expect((await ada.run('dns', 'on', '--port', String(port))).out).toMatch(new RegExp(`^DNS answers for names in \\.peer at 127\\.0\\.0\\.1, port ${port}\\. `))
  const answers = async (name: string, type: RecordType): Promise<unknown> => (await ask(port, name, type)).answers
  expect(await answers('alice.peer', 'A')).toMatchObject([{ name: 'alice.peer', type: 'A', data: '192.0.2.7' }])
  expect(await answers('www.alice.peer', 'TXT')).toMatchObject([{ data: [Buffer.from('Open on Sundays')] }])
  expect(await ask(port, 'nobody-has-it.peer', 'A')).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
  expect(await ask(port, 'example.com', 'A')).toMatchObject({ rcode: 'REFUSED', answers: [] })
  const blocker = createSocket('udp4')
  blocker.bind(0, '127.0.0.1')
  await once(blocker, 'listening')
  const { code, err } = await ada.run('dns', 'on', '--port', String(blocker.address().port))
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^latch: DNS is switched on and does not run: [^\n]+\n$/) as string })
  blocker.close()
  expect((await ada.run('dns', 'off')).out).toMatch(/^DNS is off /)
})

it('somebody else of the network finds it, connects, and keeps it', async () => {
  const { link } = (await ada.json('network', 'link')) as { link: string }
  await bea.run('network', 'join', link)
  expect((await bea.run('connect', ada.address)).code).toBe(0)
  await eventually('she has caught up', async () => {
    const { height, sync } = (await bea.json('ledger', 'head')) as LedgerStatus
    return height === ((await ada.json('ledger', 'head')) as LedgerStatus).height && sync.state === 'ready'
  })
  await eventually('it is found', async () => (await bea.run('query', 'alice.peer', '--again')).code === 0)
  const { code, out } = await bea.run('query', 'alice.peer', '--connect')
  expect(code).toBe(0)
  expect(out).toMatch(/\nOwner +"Ada" \(k51\S+\)\n[^]*\nConnected +to 12D3…\S{8}, local, [\d.]+ ms round trip\n/)
  const [kept] = (await bea.json('cache')) as CacheLine[]
  expect(kept).toMatchObject({ fullName: 'alice.peer', state: 'fresh' })
  expect((await bea.run('cache')).out).toMatch(/\nalice\.peer +fresh[^\n]* +"Ada" /)
  expect((await bea.run('cache', 'clear', 'alice')).out).toBe('Forgot what was kept of alice.peer.\n')
  expect((await bea.run('name', 'publish', 'alice')).code).toBe(1)
  // Whoever was asked too early, by a ledger that was behind, is asked again a moment later.
  await eventually('she holds it', async () => (await ada.run('name', 'publish', 'alice')).out.startsWith('Held by 1 of 1 device asked. '))
  expect((await bea.run('routing')).out).toMatch(/^Mode +(server|client)[^]*\nLast look-up: alice\.peer /)
})

it('a name is given to somebody, who takes it', async () => {
  expect((await ada.run('name', 'transfer', 'alice', bea.me.account, '--wait')).code).toBe(0)
  await eventually('it is offered', async () => (await bea.run('name')).out.includes('offered to you by "Ada"'))
  expect((await bea.run('name', 'take', 'alice', '--wait')).code).toBe(0)
  expect((await bea.run('name')).out).toMatch(/\nalice\.peer +yours /)
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

async function ask(port: number, name: string, type: RecordType): Promise<DecodedPacket & { rcode: string }> {
  const socket = createSocket('udp4')
  socket.send(dnsPacket.encode({ type: 'query', id: 7, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type, name }] }), port, '127.0.0.1')
  const [message] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return dnsPacket.decode(message) as DecodedPacket & { rcode: string }
}
