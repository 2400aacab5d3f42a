import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { short } from '../../../src/cli/short-id.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { accountOf, peerIdOf } from '../../gallery/ids.ts'
import { me, peer, person } from '../../gallery/people.ts'
import { eventually } from '../../helpers/eventually.ts'
import { entry, entryIdOf, networkIdOf } from '../../unit/cli/ledger-scene.ts'
import { at, label, mine, owned, records, zone } from '../../unit/cli/names-scene.ts'
import { serveNames, type ServedNames } from './served-names.ts'

let served: ServedNames
beforeEach(async () => {
  served = await serveNames()
})
afterEach(() => served.close())

const printed = (out: string): unknown[] => out.trim().split('\n').map((line) => JSON.parse(line) as unknown)

describe('latch name', () => {
  it('lists yours, with and without a word, and as JSON', async () => {
    expect((await served.run('name')).out).toBe('You have no name. Claim one: latch name claim <name>\n')
    served.scene.mine = [mine({ attention: 'alice.peer ends soon.' })]
    const { out } = await served.run('name')
    expect(out).toMatch(/^NAME +STATE +TERM +PUBLISHED\nalice\.peer +yours +until \S+ \S+ +held by 5 of 7, .* ago\n\nalice\.peer ends soon\.\n$/)
    expect((await served.run('name', 'list')).out).toBe(out)
    expect(printed((await served.run('name', '--json')).out)).toEqual([served.scene.mine])
  })

  it('shows one, of yours with where it points', async () => {
    expect((await served.run('name', 'show', 'bea')).out).toBe('Nobody has bea.peer. Claim it: latch name claim bea.peer\n')
    served.scene.people = [person('Bea')]
    served.scene.onLedger = [owned({ name: NameLabel.parse('bea'), owner: accountOf('Bea') }), owned()]
    expect((await served.run('name', 'show', 'bea.peer')).out).toMatch(/^Name +bea\.peer\nOwner +Bea \(k51/)
    served.scene.mine = [mine()]
    const { out } = await served.run('name', 'show', 'alice')
    expect(out).toMatch(/^Name +alice\.peer\nOwner +you \(k51[^]*\nLABEL +KIND +POINTS TO\n@ +peer /)
    const both = { onLedger: owned(), mine: mine() }
    expect(printed((await served.run('name', 'show', 'alice', '--json')).out)).toEqual([both])
  })

  it('takes a name with its ending or without, and says what the node says of anything else', async () => {
    for (const text of ['Alice', 'alice.peer.', 'alice.com', '', 'ａlice', 'a'.repeat(64), 'www.alice']) {
      const { code, out, err } = await served.run('name', 'claim', text)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^latch: "[^\n]*" is no name in this scene\.\n$/)
    }
    expect(served.scene.asked.queries).toContainEqual(expect.objectContaining({ text: 'Alice.peer' }))
    const { code, err } = await served.run('name', 'renew', 'www.alice.peer')
    expect({ code, err }).toEqual({ code: 2, err: 'latch: www.alice.peer is a label of alice.peer; here a whole name is meant.\n' })
  })
})

describe('latch name claim', () => {
  it('says each step until it is yours', async () => {
    served.scene.claim = [
      { step: 'working', what: 'commitment', bits: 18 },
      { step: 'waiting', what: 'commitment', entry: entryIdOf('one') },
      { step: 'ripening', blocks: 1 },
      { step: 'yours', height: 12 },
    ]
    const { code, out } = await served.run('name', 'claim', 'alice')
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'Working for the commitment: 18 bits…',
      `The commitment waits for a block (${short(entryIdOf('one'))}).`,
      'The commitment is in a block; it may be opened 1 block later.',
      'alice.peer is yours, as of block 12.',
      '',
    ])
    expect(printed((await served.run('name', 'claim', 'alice', '--json')).out)).toEqual(served.scene.claim)
  })

  it('ends with exit code 4 where it is refused, or given up elsewhere', async () => {
    served.scene.claim = [{ step: 'refused', why: 'alice.peer is taken.' }]
    expect(await served.run('name', 'claim', 'alice')).toEqual({ code: 4, out: 'Refused: alice.peer is taken.\n', err: '' })
    served.scene.claim = [{ step: 'ripening', blocks: 1 }]
    expect(await served.run('name', 'claim', 'alice')).toMatchObject({ code: 4, err: 'latch: alice.peer is not claimed any more.\n' })
  })

  it('goes on when nobody watches any more', async () => {
    served.scene.claim = [{ step: 'ripening', blocks: 2 }]
    served.scene.claimGoesOn = true
    const claiming = served.start(['name', 'claim', 'alice.peer'], { isTerminal: true })
    await eventually('it is told', () => claiming.out().includes('2 blocks later'))
    claiming.interrupt()
    const { code, err } = await claiming.done
    expect(code).toBe(130)
    expect(err).toBe(
      'latch: Stopped watching; the claim to alice.peer goes on. Look with: latch name. Give it up with: latch name drop alice.peer\n',
    )
    expect((await served.run('name', 'drop', 'alice')).out).toMatch(/^alice\.peer is not claimed any more; /)
    expect(served.scene.asked.dropped).toEqual(['alice'])
  })
})

describe('latch name renew, take, release and transfer', () => {
  it.each(['renew', 'take', 'release'])('%s asks the ledger, and says what came of it', async (verb) => {
    const { code, out } = await served.run('name', verb, 'alice.peer')
    expect({ code, out }).toEqual({ code: 0, out: `Submitted as ${short(entryIdOf('one'))} (register). Sent to 3 peers.\n` })
    served.scene.submitted = { outcome: 'refused', code: 'not-owner', why: 'it is not yours' }
    expect(await served.run('name', verb, 'alice')).toMatchObject({ code: 4, out: 'Refused: it is not yours (not-owner)\n' })
    expect(served.scene.asked.submits).toEqual([{ [verb]: 'alice' }, { [verb]: 'alice' }])
  })

  it('offers to a contact, an account, whoever owns a name, and takes it back', async () => {
    served.scene.people = [person('Bea')]
    served.scene.onLedger = [owned({ name: NameLabel.parse('cyd'), owner: accountOf('Cyd') })]
    for (const to of ['Bea', accountOf('Dan'), 'cyd.peer', 'me']) expect((await served.run('name', 'transfer', 'alice', to)).code).toBe(0)
    const accounts = [accountOf('Bea'), accountOf('Dan'), accountOf('Cyd'), me.account]
    expect(served.scene.asked.submits).toEqual(accounts.map((to) => ({ transfer: 'alice', to })))
  })

  it('gives nothing to somebody who only calls themselves so', async () => {
    served.scene.people = [person('Bea', { petname: null, claimedName: 'Bea' }), person('Mal', { petname: null, claimedName: 'cyd.peer' })]
    expect((await served.run('name', 'transfer', 'alice', 'Bea')).err).toBe('latch: There is no person of the name or id "Bea".\n')
    expect((await served.run('name', 'transfer', 'alice', 'cyd.peer')).err).toBe('latch: Nobody has cyd.peer now.\n')
    served.scene.onLedger = [owned({ name: NameLabel.parse('cyd'), owner: accountOf('Cyd') })]
    served.scene.people = [person('Old Cyd', { petname: 'cyd.peer' })]
    expect((await served.run('name', 'transfer', 'alice', 'cyd.peer')).err).toMatch(/^latch: Your contact cyd\.peer is k51\S{5}, and the name belongs to /)
    expect(served.scene.asked.submits).toEqual([])
  })
})

describe('latch name zone, point and unpoint', () => {
  it('shows where it points, and takes back what it printed', async () => {
    expect((await served.run('name', 'zone', 'alice')).out).toBe('alice.peer points nowhere yet. Say where: latch name point alice.peer site\n')
    served.scene.zone = zone()
    expect((await served.run('name', 'zone', 'alice')).out).toMatch(/\nteam +delegate +k51\S{5}\n\nZone 7, signed /)
    const { out } = await served.run('name', 'zone', 'alice', '--json')
    expect(printed(out)).toEqual([zone()])
    const set = await served.start(['name', 'zone', 'alice', '--from', '-'], { input: out }).done
    expect(set).toMatchObject({ code: 0, out: expect.stringMatching(/^alice\.peer has 7 records now\. Held by 5 of 7 devices asked\./) as string })
    expect(served.scene.asked.edits).toEqual([{ name: 'alice', records, ttlMs: 5 * MINUTE, after: 7 }])
    // The same once more is of a zone that is not the last any more.
    const file = join(served.dataFolder, 'zone.json')
    await writeFile(file, out)
    expect(await served.run('name', 'zone', 'alice', '--from', file)).toMatchObject({ code: 1, err: 'latch: This zone was changed meanwhile.\n' })
  })

  it('says which record the node refuses, and ends with exit code 4', async () => {
    served.scene.refusal = { outcome: 'refused', why: 'Record 2: a label has one site.', record: 1 }
    const said = await served.start(['name', 'zone', 'alice', '--from', '-'], { input: '[{},{}]' }).done
    expect(said).toEqual({ code: 4, out: 'Refused: Record 2: a label has one site.\n', err: '' })
    const json = await served.start(['name', 'zone', 'alice', '--from', '-', '--json'], { input: '[{},{}]' }).done
    expect({ code: json.code, out: printed(json.out) }).toEqual({ code: 4, out: [served.scene.refusal] })
  })

  it('adds a record of each kind, at the label that stands before the name', async () => {
    served.scene.people = [person('Bea')]
    served.scene.peers = [peer('Bea')]
    served.scene.listening = ['/ip4/127.0.0.1/tcp/4001', '/ip4/198.51.100.7/tcp/4001']
    await served.run('name', 'point', 'alice', 'peer')
    await served.run('name', 'point', 'alice', 'peer', 'Bea', '/ip4/192.0.2.7/tcp/1')
    await served.run('name', 'point', 'www.alice.peer', 'address', '192.0.2.7:80')
    await served.run('name', 'point', 'team.alice.peer', 'delegate', 'Bea')
    const { out } = await served.run('name', 'point', 'alice', 'text', 'Open on Sundays', '--ttl', '1h')
    expect(out).toMatch(/^alice\.peer has 5 records now\. /)
    expect(served.scene.zone?.ttlMs).toBe(60 * MINUTE)
    expect(served.scene.zone?.records).toEqual([
      { label: at, kind: 'peer', peerId: me.peerId, addresses: ['/ip4/198.51.100.7/tcp/4001'] },
      { label: at, kind: 'peer', peerId: peerIdOf('Bea'), addresses: ['/ip4/192.0.2.7/tcp/1'] },
      { label: label('www'), kind: 'address', ip: '192.0.2.7', port: 80 },
      { label: label('team'), kind: 'delegate', account: accountOf('Bea') },
      { label: at, kind: 'text', text: 'Open on Sundays' },
    ])
    expect(served.scene.asked.edits).toHaveLength(5)
    expect(served.scene.asked.edits[4]).toMatchObject({ after: 4 })
  })

  it('takes records away by label, kind and words', async () => {
    served.scene.zone = zone()
    expect((await served.run('name', 'unpoint', 'alice', 'peer', short(peerIdOf('Bea')))).out).toMatch(/^Took 1 record away\. alice\.peer has 6 records now\. /)
    expect((await served.run('name', 'unpoint', 'www.alice.peer')).out).toMatch(/^Took 1 record away\. alice\.peer has 5 /)
    expect(await served.run('name', 'unpoint', 'www.alice.peer')).toMatchObject({
      code: 1,
      err: 'latch: There is no such record at www.alice.peer. Look with: latch name zone alice.peer\n',
    })
    served.scene.people = [person('Bea')]
    await served.run('name', 'unpoint', 'team.alice.peer', 'delegate', 'Bea')
    await served.run('name', 'unpoint', 'alice')
    expect(served.scene.zone?.records).toEqual([])
    expect((await served.run('name', 'zone', 'alice')).out).toMatch(/^It has no records\.\n/)
  })

  it('publishes at once', async () => {
    expect((await served.run('name', 'publish', 'alice')).out).toMatch(/^Held by 5 of 7 devices asked\./)
  })
})

describe('latch name revocation and revoke', () => {
  it('writes the entry to a new file, for this user alone, as revoke takes it', async () => {
    served.scene.mine = [mine()]
    const file = join(served.dataFolder, 'revocation')
    expect((await served.run('name', 'revocation', '--out', file)).out).toContain('It ends your account on the ledger, and alice.peer with it.')
    expect(await readFile(file, 'utf8')).toBe('cmV2b2tl\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await served.run('name', 'revocation', '--out', '-')).out).toBe('cmV2b2tl\n')
    expect((await served.run('name', 'revocation')).out).toMatch(/^cmV2b2tl\n\nKeep it safe: /)
    expect(printed((await served.run('name', 'revocation', '--json')).out)).toEqual([{ entry: 'cmV2b2tl', names: ['alice.peer'] }])
    expect(await served.run('name', 'revoke', file, '--yes')).toMatchObject({ code: 0 })
    expect(await served.run('name', 'revoke', '--now', '--yes')).toMatchObject({ code: 0 })
    expect(served.scene.asked.submits).toEqual([{ entry: 'cmV2b2tl' }, { entry: 'cmV2b2tl' }])
  })

  it('says what a file holds before it is handed in, and takes nothing else', async () => {
    const file = join(served.dataFolder, 'entry')
    await writeFile(file, 'cmV2b2tl\n')
    const sentence = async (): Promise<string> => {
      const questions: string[] = []
      await served.start(['name', 'revoke', file], { answer: 'no', questions }).done
      return questions.join()
    }
    served.scene.onLedger = [owned(), owned({ owner: accountOf('Mo'), name: NameLabel.parse('mossy') })]
    expect(await sentence()).toMatch(/^It ends your account on the ledger, and alice\.peer with it\. Nothing takes it back\./)
    served.scene.read = { ...served.scene.read, account: accountOf('Mo'), mine: false }
    expect(await sentence()).toContain(`It ends the account of ${short(accountOf('Mo'))} (${accountOf('Mo')}) on the ledger, and mossy.peer with it.`)
    served.scene.read = { ...served.scene.read, network: networkIdOf('Another') }
    expect(await served.run('name', 'revoke', file, '--yes')).toMatchObject({ code: 2, err: expect.stringContaining('for another network') })
    served.scene.read = { ...served.scene.read, kind: 'transfer' }
    expect(await served.run('name', 'revoke', file, '--yes')).toMatchObject({ code: 2, err: expect.stringContaining('holds no revocation, but an entry of the kind transfer.') })
    expect(served.scene.asked.submits).toEqual([])
  })

  it('hands nothing in that nobody said yes to', async () => {
    expect(await served.run('name', 'revoke', '--now')).toMatchObject({ code: 2, err: 'latch: Nothing takes a revocation back: say --yes if you mean it.\n' })
    for (const answer of ['yes', '', 'Revoke ']) {
      const { done } = served.start(['name', 'revoke', '--now'], { answer })
      expect((await done).code).toBe(answer === 'Revoke ' ? 0 : 4)
    }
    expect(served.scene.asked.submits).toHaveLength(1)
  })
})

describe('what is submitted for a name', () => {
  it('is waited for where that is asked for', async () => {
    const gone = { ...entry(), place: { at: 'gone', why: 'too late' } } as const
    served.scene.submitted = { outcome: 'taken', entry: gone, peers: 1 }
    expect((await served.run('name', 'renew', 'alice', '--timeout', '5')).err).toBe('latch: --timeout takes a number of seconds, and goes with --wait.\n')
    expect((await served.run('name', 'renew', 'alice')).code).toBe(0)
  })
})
