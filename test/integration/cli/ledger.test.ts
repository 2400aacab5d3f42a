import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { short } from '../../../src/cli/short-id.ts'
import type { LedgerEntry } from '../../../src/shared/model/blocks.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { me, peer, person } from '../../gallery/people.ts'
import { eventually } from '../../helpers/eventually.ts'
import { block, blockIdOf, entry, entryIdOf, fork, noon, slot, status, validator } from '../../unit/cli/ledger-scene.ts'
import { serveLedger, snapshotOf, type ServedLedger } from './served-ledger.ts'

let served: ServedLedger
beforeEach(async () => {
  served = await serveLedger()
})
afterEach(() => served.close())

const inBlock = (one: LedgerEntry): LedgerEntry => ({ ...one, place: { at: 'block', block: blockIdOf('13'), height: 13 } })
const printed = (out: string): unknown[] => out.trim().split('\n').map((line) => JSON.parse(line) as unknown)

describe('latch ledger', () => {
  it('shows the head, with and without a word, and as JSON', async () => {
    const { out } = await served.run('ledger')
    expect(out).toMatch(/^Network +Home \(bafy…/)
    expect((await served.run('ledger', 'head')).out).toBe(out)
    expect(JSON.parse((await served.run('ledger', 'head', '--json')).out)).toEqual(served.scene.status)
  })

  it('makes what others wrote safe for a terminal', async () => {
    served.scene.status = status({ label: 'Ho\u001b[2Jme', head: block(12, { leader: validator('de\nsk\u001b]0;x\u0007') }) })
    served.scene.blocks = [block(12, { leader: validator('de\nsk\u001b[2J') })]
    for (const args of [['ledger'], ['ledger', 'blocks'], ['ledger', 'block', '12']]) {
      const { code, out } = await served.run(...args)
      expect(code).toBe(0)
      expect(out).not.toContain('\u001b')
      expect(out).toContain('"de sk')
    }
  })

  it('finds a block by its height, its id, and the beginning of that', async () => {
    served.scene.blocks = [12, 11, 10].map((height) => block(height))
    const wanted = blockIdOf('11')
    for (const text of ['11', wanted, short(wanted), wanted.slice(7, 15)]) {
      const { out } = await served.run('ledger', 'block', text)
      expect(out).toMatch(new RegExp(`^Block +${wanted}\n`))
    }
    served.scene.forks = [fork()]
    expect((await served.run('ledger', 'block', short(blockIdOf('other')))).err).toBe('latch: There is no such block here.\n')
  })

  it('looks further back than one page for the beginning of an id', async () => {
    served.scene.blocks = Array.from({ length: 1_200 }, (_none, at) => block(1_200 - at))
    expect((await served.run('ledger', 'block', short(blockIdOf('3')))).out).toContain(blockIdOf('3'))
  })

  it.each([
    ['99', 1, 'latch: There is no such block here.\n'],
    ['0', 2, 'latch: Heights begin at 1; before that is the network itself: latch ledger head\n'],
    ['zzzz', 1, 'latch: There is no block of the name or id "zzzz".\n'],
  ])('says that there is no block %s', async (text, code, err) => {
    served.scene.blocks = [block(1)]
    expect(await served.run('ledger', 'block', text)).toEqual({ code, out: '', err })
  })

  it('says between which blocks to choose', async () => {
    const id = blockIdOf('11')
    const like = `${id.slice(0, 20)}${blockIdOf('12').slice(20)}`
    served.scene.blocks = [block(12, { id: like as typeof id }), block(11)]
    const { code, err } = await served.run('ledger', 'block', short(id))
    expect(code).toBe(1)
    expect(err).toMatch(/fits more than one block: bafy…\S{8} \(height 12\), bafy…\S{8} \(height 11\)\. Use more of the id\.\n$/)
  })

  it('lists blocks, below a height, and follows them', async () => {
    served.scene.blocks = [12, 11, 10].map((height) => block(height))
    expect(JSON.parse((await served.run('ledger', 'blocks', '--before', '12', '--limit', '1', '--json')).out)).toEqual([block(11)])
    const following = served.start(['ledger', 'blocks', '--follow', '--limit', '2'])
    await eventually('the latest', () => following.out().split('\n').length === 3)
    served.scene.ledger.tell({ event: 'block-added', block: block(13) })
    await eventually('the next', () => following.out().includes('height 13 '))
    following.interrupt()
    const { code, out } = await following.done
    expect(code).toBe(0)
    expect(Array.from(out.matchAll(/height (\d+)/g), ([, height]) => height)).toEqual(['11', '12', '13'])
  })

  it('lists entries of one account and those that wait', async () => {
    served.scene.people = [person('Bea')]
    served.scene.entries = [entry(), inBlock(entry({ id: entryIdOf('two'), account: me.account, mine: true }))]
    expect((await served.run('ledger', 'entries', '--mine')).out).toMatch(/\nbafk…\S{8} +register alice +you +block 13 /)
    const { out } = await served.run('ledger', 'entries', '--account', 'Bea', '--waiting')
    expect(out).toMatch(/\nbafk…\S{8} +register alice +Bea +waits /)
    expect((await served.run('ledger', 'entries', '--account', accountOf('Nobody'))).out).toBe(
      'No such entry is in the newest blocks, and none waits.\n',
    )
    expect((await served.run('ledger', 'entry', short(entryIdOf('two')))).out).toContain(entryIdOf('two'))
    expect((await served.run('ledger', 'entry', entryIdOf('three'))).err).toBe('latch: No such entry is here.\n')
  })

  it('knows names with and without their end, and what cannot be one', async () => {
    const [sinceMs, expiresMs] = [noon, Date.now() + 1e9]
    const alice = { name: NameLabel.parse('alice'), owner: me.account, sinceMs, registeredMs: sinceMs, expiresMs }
    served.scene.names = [{ ...alice, phase: 'living', offeredTo: null }]
    for (const name of ['alice', 'alice.peer']) expect((await served.run('ledger', 'name', name)).out).toMatch(/^Name +alice\n/)
    expect(await served.run('ledger', 'name', 'bea')).toEqual({ code: 0, out: 'Nobody has bea.\n', err: '' })
    expect((await served.run('ledger', 'name', 'bea', '--json')).out).toBe('null\n')
    expect((await served.run('ledger', 'names')).out).toMatch(/\nalice +lives, 12 days left /)
    expect((await served.run('ledger', 'name', 'alice.com')).err).toBe('latch: Names of this network end in .peer, not .com.\n')
    for (const name of ['Alice', 'al', 'alice-', 'a.b.peer', 'xn--alice']) {
      const { code, err } = await served.run('ledger', 'name', name)
      expect(code).toBe(2)
      expect(err).toMatch(/^latch: "\S+" cannot be a name: 3 to 63 small letters, /)
    }
  })

  it('shows validators, rounds and forks', async () => {
    served.scene.rounds = [slot({ slot: 42, outcome: null, certified: null }), slot()]
    served.scene.forks = [fork()]
    expect((await served.run('ledger', 'validators')).out).toMatch(/\nthis device +12D3…\S{8} +here +23 ms +- +-\nΔ is 500 ms: /)
    expect((await served.run('ledger', 'rounds')).out).toMatch(/^Slot 42, [^]*\nOpen\.\n\nSlot 41, [^]*certified by 2 of 3 after 1020 ms\n$/)
    expect((await served.run('ledger', 'forks')).out).toMatch(/^Fork 1, .*\nHEIGHT /)
  })

  it('shows each slot once when it is over, and to a program each change', async () => {
    served.scene.rounds = [slot()]
    const [person, program] = [served.start(['ledger', 'rounds', '--follow']), served.start(['ledger', 'rounds', '--follow', '--json'])]
    await eventually('both follow', () => person.out().includes('Slot 41') && program.out() !== '')
    for (const rounds of [slot({ slot: 42, outcome: null, certified: null }), slot({ slot: 42 }), slot({ slot: 42 })])
      served.scene.ledger.tell({ event: 'slot-changed', rounds })
    await eventually('the next slot', () => person.out().includes('Slot 42') && program.out().split('\n').length === 5)
    person.interrupt()
    program.interrupt()
    expect((await person.done).out.match(/^Slot /gm)).toHaveLength(2)
    expect(printed((await program.done).out)).toHaveLength(4)
  })

  it('follows everything, in lines or as it is', async () => {
    const [lines, json] = [served.start(['ledger', 'follow']), served.start(['ledger', 'follow', '--json'])]
    await eventually('both follow', () => lines.out().includes('leading') && json.out() !== '')
    served.scene.ledger.tell({ event: 'entry-changed', entry: entry() })
    await eventually('the entry', () => lines.out().includes('register alice') && json.out().includes('entry-changed'))
    lines.interrupt()
    json.interrupt()
    expect((await lines.done).code).toBe(0)
    expect(printed((await json.done).out)).toEqual([
      { kind: 'snapshot', seq: 0, snapshot: snapshotOf(served.scene) },
      { kind: 'event', seq: 1, event: { event: 'entry-changed', entry: entry() } },
    ])
  })
})

describe('latch ledger submit', () => {
  const mine = entry({ account: me.account, mine: true })
  beforeEach(() => {
    served.scene.submitted = { outcome: 'taken', entry: mine, peers: 3 }
  })

  it('asks for what it is told, with names and people looked up', async () => {
    served.scene.people = [person('Bea')]
    const { code, out } = await served.run('ledger', 'submit', 'claim', 'alice.peer')
    expect({ code, out }).toEqual({ code: 0, out: `Submitted as ${short(mine.id)} (register). Sent to 3 peers.\n` })
    await served.run('ledger', 'submit', 'transfer', 'alice', 'Bea')
    await served.run('ledger', 'submit', 'transfer', 'alice', 'me')
    expect(served.scene.asked.ops).toEqual([
      { kind: 'claim', name: 'alice' },
      { kind: 'transfer', name: 'alice', to: accountOf('Bea') },
      { kind: 'transfer', name: 'alice', to: me.account },
    ])
  })

  it('ends with exit code 4 where it is refused, with the reason', async () => {
    served.scene.submitted = { outcome: 'refused', code: 'taken', why: 'somebody has alice' }
    expect(await served.run('ledger', 'submit', 'register', 'alice', '--wait')).toEqual({
      code: 4,
      out: 'Refused: somebody has alice (taken)\n',
      err: '',
    })
    const { code, out } = await served.run('ledger', 'submit', 'register', 'alice', '--json')
    expect({ code, out: JSON.parse(out) }).toEqual({ code: 4, out: served.scene.submitted })
  })

  it('waits until it is in a block, saying what it waits for', async () => {
    served.scene.status = status({ quorum: { ...status().quorum, lamp: 'waits', why: '2 of 4 are heard' } })
    const waiting = served.start(['ledger', 'submit', 'register', 'alice', '--wait'])
    await eventually('it waits', () => waiting.out().includes('It waits in the pool. 2 of 4 are heard.'))
    served.scene.ledger.tell({ event: 'status-changed', status: status() })
    served.scene.ledger.tell({ event: 'entry-changed', entry: entry({ id: entryIdOf('another') }) })
    served.scene.ledger.tell({ event: 'entry-changed', entry: inBlock(mine) })
    const { code, out } = await waiting.done
    expect(code).toBe(0)
    expect(out.split('\n').slice(1)).toEqual([
      'It waits in the pool. 2 of 4 are heard.',
      'It waits in the pool for the next block.',
      `It is in block 13 (${short(blockIdOf('13'))}).`,
      '',
    ])
  })

  it('ends with exit code 4 where it is gone', async () => {
    const waiting = served.start(['ledger', 'submit', 'register', 'alice', '--wait', '--json'])
    await eventually('it waits', () => waiting.out() !== '')
    served.scene.ledger.tell({ event: 'entry-changed', entry: { ...mine, place: { at: 'gone', why: 'alice is taken' } } })
    const { code, out } = await waiting.done
    expect(code).toBe(4)
    expect(printed(out)).toMatchObject([{ entry: { place: { at: 'pool' } } }, { entry: { place: { at: 'gone' } } }])
  })

  it('keeps it submitted when the person stops waiting, or the time is over', async () => {
    const waiting = served.start(['ledger', 'submit', 'register', 'alice', '--wait'])
    await eventually('it waits', () => waiting.out().includes('It waits'))
    waiting.interrupt()
    expect(await waiting.done).toMatchObject({
      code: 130,
      err: `latch: Stopped waiting; the entry stays submitted. Look with: latch ledger entry ${short(mine.id)}\n`,
    })
    const { code, out } = await served.run('ledger', 'submit', 'register', 'alice', '--wait', '--timeout', '0.05')
    expect(code).toBe(4)
    expect(out).toMatch(/\nNot in a block in time; it stays submitted\. Look with: latch ledger entry bafk…\S{8}\n$/)
  })

  it('takes an entry that was signed elsewhere, from a file or standard input, as it is or in base64', async () => {
    const signed = Buffer.from(Array.from({ length: 230 }, (_none, at) => (at * 37) % 256))
    const file = join(served.dataFolder, 'entry')
    await writeFile(file, signed)
    expect((await served.run('ledger', 'submit', '--file', file)).code).toBe(0)
    expect((await served.start(['ledger', 'submit', '--file', '-'], { input: signed }).done).code).toBe(0)
    expect((await served.start(['ledger', 'submit', '--file', '-'], { input: signed.toString('base64') }).done).code).toBe(0)
    expect(served.scene.asked.raw).toEqual(Array.from({ length: 3 }, () => signed.toString('base64')))
    await writeFile(file, 'not an entry!')
    expect(await served.run('ledger', 'submit', '--file', file)).toMatchObject({ code: 2 })
    await writeFile(file, Buffer.alloc(25_000))
    expect((await served.run('ledger', 'submit', '--file', file)).err).toMatch(/is larger than such a file can be\.\n$/)
    expect((await served.run('ledger', 'submit', '--file', join(served.dataFolder, 'none'))).err).toMatch(/^latch: There is no file /)
  })
})

describe('latch ledger validate', () => {
  const whole = { outcome: 'whole', head: blockIdOf('12'), height: 12, standing: 'same' } as const

  it('checks this chain, or asks peers by their names', async () => {
    served.scene.people = [person('Bea')]
    served.scene.peers = [peer('Bea')]
    served.scene.reports = [{ peerId: null, fromHeight: 1, tookMs: 8, result: whole }]
    const { code, out } = await served.run('ledger', 'validate')
    expect(code).toBe(0)
    expect(out).toMatch(/\nthis device +1 +whole up to height 12 \(bafy…\S{8}\) +8 ms\n$/)
    served.scene.reports = [{ peerId: peerIdOf('Bea'), fromHeight: 7, tookMs: 8, result: whole }]
    expect((await served.run('ledger', 'validate', '--peer', 'Bea', '--from', '7')).out).toMatch(/\S{8} Bea +7 +whole .*, the same as here/)
    await served.run('ledger', 'validate', '--all')
    expect(served.scene.asked.validated).toEqual([
      { fromHeight: 1, peers: [] },
      { fromHeight: 7, peers: [peerIdOf('Bea')] },
      { fromHeight: 1, peers: 'all' },
    ])
  })

  it.each([
    [null, 1],
    [peerIdOf('Bea'), 4],
  ])('says by its exit code that a chain is broken: %s', async (peerId, code) => {
    const result = { outcome: 'broken', firstBadHeight: 3, why: 'a signature' } as const
    served.scene.reports = [{ peerId, fromHeight: 1, tookMs: 8, result }]
    expect((await served.run('ledger', 'validate')).code).toBe(code)
  })

  it('says that nobody is there to be asked', async () => {
    expect(await served.run('ledger', 'validate', '--all')).toEqual({
      code: 4,
      out: 'Nobody of this network is connected.\n',
      err: '',
    })
  })
})

describe('latch ledger evidence', () => {
  const pair = ['ab', 'cd'] as [string, string]
  const evidence = {
    id: 'ab'.repeat(32),
    network: status().network,
    validator: validator('Mal'),
    slot: 7,
    leader: 1,
    saying: 'first' as const,
    why: 'validator 1 proposed two blocks in slot 7',
    blocks: [blockIdOf('A'), blockIdOf('B')] as [ReturnType<typeof blockIdOf>, ReturnType<typeof blockIdOf>],
    key: 'ef',
    messages: pair,
    signatures: pair,
    record: 'aaaa',
    seenMs: noon,
    height: null,
  }

  it('lists it, shows one, and writes it to a new file', async () => {
    expect((await served.run('ledger', 'evidence')).out).toBe('No validator was seen to sign two blocks.\n')
    served.scene.evidence = [evidence]
    expect((await served.run('ledger', 'evidence')).out).toMatch(/\nabababab +\S.* +"Mal" +12D3…\S{8} +7 +not yet +validator 1 /)
    expect((await served.run('ledger', 'evidence', 'abab')).out).toContain('not yet: latch ledger submit evidence abababab\n')
    const file = join(served.dataFolder, 'evidence.json')
    expect((await served.run('ledger', 'evidence', 'ABABABAB', '--out', file)).out).toContain(`--check ${file}\n`)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(evidence)
    expect(await served.run('ledger', 'evidence', 'abab', '--out', file)).toMatchObject({ code: 1 })
    await served.run('ledger', 'submit', 'evidence', 'abab')
    expect(served.scene.asked.ops).toEqual([{ kind: 'evidence', id: evidence.id }])
  })

  it('checks a file with no node and no data folder, by its exit code too', async () => {
    const file = join(served.dataFolder, 'evidence.json')
    await writeFile(file, JSON.stringify(evidence))
    const nowhere = join(served.dataFolder, 'nowhere')
    const { code, out, err } = await served.run('ledger', 'evidence', '--check', file, '--data', nowhere)
    expect({ code, err }).toEqual({ code: 4, err: '' })
    expect(out).toMatch(/^Proves nothing\. /)
    expect(JSON.parse((await served.run('ledger', 'evidence', '--check', file, '--json')).out)).toMatchObject({ outcome: 'refused' })
    expect((await served.run('ledger', 'evidence', '--check', nowhere)).err).toBe(`latch: There is no file ${nowhere}.\n`)
  })
})
