import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { digestOf, encodeBody, signEntry, solve } from '../../../src/main/features/ledger/index.ts'
import type { LedgerStatus } from '../../../src/shared/model/consensus.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHome, type Home } from './two-households.ts'

/** Of a network of one's own, whose only validator is this device. */
let ada: Home
let bea: Home
beforeAll(async () => {
  ;[ada, bea] = await Promise.all([openHome('Ada', { gossip: true }), openHome('Bea', { gossip: true })])
})
afterAll(async () => {
  await ada.close()
  await bea.close()
})

it('a name is claimed and registered on a network of one’s own, and everything says so', async () => {
  const following = ada.begin(['ledger', 'follow'])
  await eventually('it follows', () => following.out().includes('alone: This device decides alone.'))
  expect((await ada.run('ledger', 'submit', 'register', 'alice')).out).toMatch(/^Refused: .*claim it first \(claim\)\n$/)
  const claimed = await ada.run('ledger', 'submit', 'claim', 'alice', '--wait')
  // Between the two it says what is waited for, if the block is not there yet.
  expect(claimed.out).toMatch(/^Submitted as bafk…\S{8} \(claim\)\.\n(?:[^]*\n)?It is in block 1 \(bafy…\S{8}\)\.\n$/)
  expect((await ada.run('ledger', 'submit', 'register', 'alice.peer', '--wait')).code).toBe(0)
  expect((await ada.run('ledger', 'name', 'alice')).out).toMatch(/\nOwner +you \(k51/)
  expect((await ada.run('ledger', 'names')).out).toMatch(/\nalice +lives, 365 days left /)
  const [, id = ''] = /\n(\S+) +register alice +you +block \d /.exec((await ada.run('ledger', 'entries')).out) ?? []
  expect((await ada.run('ledger', 'entry', id, '--proof')).out).toMatch(/^It is entry 1 of 1 in block \d, by 0 hashes /)
  expect((await ada.run('ledger', 'validate')).out).toMatch(/\nthis device +1 +whole up to height \d /)
  expect((await ada.run('ledger', 'rounds')).out).toMatch(/certified by 1 of 1 after /)
  await eventually('it is told', () => following.out().includes('name      alice: nobody -> you'))
  following.interrupt()
  expect((await following.done).code).toBe(0)
})

it('an entry that was signed elsewhere is taken from a file, and refused once its bytes are others', async () => {
  const { network } = (await ada.json('ledger', 'head')) as LedgerStatus
  const key = await generateKeyPair('Ed25519')
  const account = Buffer.from(key.publicKey.raw).toString('hex')
  const op = { kind: 'claim', commitment: 'ab'.repeat(32) } as const
  const body = encodeBody({ network: digestOf(network), account, nonce: 1, untilMs: Date.now() + HOUR, op })
  // Some bits more than it costs: the entry before may have raised the price.
  const entry = signEntry(body, await solve(body, 16, AbortSignal.timeout(HOUR)), key)
  const file = join(ada.dataFolder, 'entry')
  await writeFile(file, entry)
  expect(await ada.run('ledger', 'submit', '--file', file, '--wait')).toMatchObject({ code: 0 })
  await writeFile(file, Buffer.from(entry.with(0, (entry[0] ?? 0) ^ 1)).toString('base64'))
  const { code, out } = await ada.run('ledger', 'submit', '--file', file)
  expect(code).toBe(4)
  expect(out).toMatch(/^Refused: .* \(signature\)\n$/)
})

it('two people share a network by its link, and talk in a room of it', async () => {
  await bea.run('network', 'rename', 'Network of Bea', 'Mine')
  const { link } = (await ada.json('network', 'link')) as { link: string }
  expect((await bea.run('network', 'read', link)).out).toMatch(/\nValidators +"Ada" \(12D3…\S{8}\)\n/)
  expect((await bea.run('network', 'join', link)).out).toBe('"Network of Ada" is active now.\n')
  expect((await bea.run('network')).out).toMatch(/\nknown +Mine /)
  await eventually('she has caught up', async () => {
    const { height, sync } = (await bea.json('ledger', 'head')) as LedgerStatus
    return height === ((await ada.json('ledger', 'head')) as LedgerStatus).height && sync.state === 'ready'
  })
  expect((await bea.run('ledger')).out).toMatch(/\nRole +follower: others decide\n/)
  expect((await bea.run('ledger', 'name', 'alice')).out).toMatch(/\nOwner +"Ada" \(k51/)
  expect((await bea.run('ledger', 'validate', '--all')).out).toMatch(/"Ada" +1 +whole up to height \d .*, the same as here/)
  await Promise.all([ada.run('square', 'enter', 'garden'), bea.run('square', 'enter', 'garden')])
  const following = bea.begin(['square', 'follow', 'garden'])
  await eventually('both are in it', async () => (await ada.run('square', 'rooms')).out.match(/\ngarden +0 +1 /) !== null)
  expect((await ada.run('square', 'post', 'garden', 'Good morning')).out).toMatch(/, to 1 device beside you /)
  await eventually('it is heard', () => /"Ada" k51…\S{8} {2}Good morning$/m.test(following.out()))
  following.interrupt()
  const [post] = (await bea.json('square', 'read', 'garden')) as { id: string }[]
  expect((await bea.run('square', 'trace', post?.id ?? '')).out).toMatch(/from 12D3…\S{8}, its author's own device\n/)
})
