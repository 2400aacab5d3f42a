import { describe, expect, it } from 'vitest'
import { matchPeer, matchPerson, nameOf, onlyPerson } from '../../../src/cli/resolve.ts'
import { beginsWith, short } from '../../../src/cli/short-id.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import type { Person } from '../../../src/shared/model/contacts.ts'
import type { Peer } from '../../../src/shared/model/peers.ts'

function accountOf(letters: string): AccountId {
  return AccountId.parse(`k51qzi5uqu5d${letters.padEnd(50, '0')}`)
}

function person(letters: string, petname: string | null, claimedName: string): Person {
  return {
    account: accountOf(letters),
    petname,
    claimedName,
    trust: 'unverified',
    blocked: false,
    groups: [],
    demo: false,
    safetyWords: [],
    devices: [],
    names: [],
    firstMetMs: 1,
    lastSeenMs: null,
  }
}

const bea = person('gaaaa1', 'Bea', 'beatrice')
const beaToo = person('gaaaa2', 'Bea', 'b')
const cyd = person('hbbbb1', 'Cyd', 'cyd')
const stranger = person('jcccc1', null, 'Zoë')
const pretender = person('kdddd1', null, 'Cyd')

describe('who is meant by', () => {
  it.each([
    ['the whole account', cyd.account, cyd],
    ['the name you gave, in any case', 'cYD', cyd],
    ["a stranger's own name, where nobody of yours has it", 'zoe\u0308', stranger],
    ['the beginning of an id', 'k51qzi5uqu5djccc', stranger],
    ['an id as it is shown', short(stranger.account), stranger],
    ['an id as it is shown, without what all begin with', 'jccc', stranger],
  ])('%s', (_, text, who) => {
    expect(matchPerson([bea, cyd, stranger, pretender], text)).toEqual({ found: 'one', item: who })
  })

  it('a name is never a stranger who calls themselves that, while a contact has it', () => {
    expect(matchPerson([pretender, cyd], 'Cyd')).toEqual({ found: 'one', item: cyd })
    expect(matchPerson([pretender], 'Cyd')).toEqual({ found: 'one', item: pretender })
  })

  it('a name on the ledger is whoever owns it, and nobody who only calls themselves so', () => {
    const owner = { ...person('leeee1', null, 'Lee'), names: ['alice.peer'] }
    const imposter = person('mffff1', null, 'Alice.peer')
    expect(matchPerson([imposter, owner], 'Alice.peer')).toEqual({ found: 'one', item: owner })
    expect(matchPerson([imposter], 'alice.peer')).toEqual({ found: 'none' })
    const called = person('ngggg1', 'alice.peer', 'x')
    expect(matchPerson([owner, called], 'alice.peer')).toEqual({ found: 'one', item: called })
  })

  it('what a contact calls themselves does not count', () => {
    expect(matchPerson([bea], 'beatrice')).toEqual({ found: 'none' })
  })

  it('what all ids begin with is nobody', () => {
    for (const text of ['k51', 'k51qzi5uqu5d', 'k51…', '', 'jcc']) {
      expect(matchPerson([stranger], text)).toEqual({ found: 'none' })
    }
  })

  it('a name of two is said to be that, with the ids to choose by', () => {
    expect(() => onlyPerson([bea, beaToo, cyd], 'bea')).toThrow(
      '"bea" fits more than one person: Bea (k51…gaaaa100), Bea (k51…gaaaa200). Use more of the id.',
    )
  })

  it('a name of none is said to be that, with nothing that acts on the terminal', () => {
    expect(() => onlyPerson([bea], 'x\u001b[2J')).toThrow('There is no person of the name or id "x".')
  })
})

describe('which peer is meant by', () => {
  const peer = (letters: string, account: AccountId | null): Peer => ({
    peerId: PeerId.parse(`12D3KooW${letters.padEnd(44, 'A')}`),
    account,
    demo: false,
    state: 'connected',
    route: 'lan',
    transport: 'tcp',
    fuel: null,
    addresses: [],
    foundBy: ['lan'],
    rttMs: 1,
    agent: null,
    protocols: [],
    connectedMs: 1,
    nextDialMs: null,
    lastError: null,
    standing: { score: 100, standing: 'good', lowered: [], goodAtMs: null, rates: [] },
  })
  const [one, two, unknown] = [peer('Bbbb1', bea.account), peer('Cccc1', cyd.account), peer('Dddd1', null)]

  it('the name of its person', () => {
    expect(matchPeer([one, two, unknown], [bea, cyd], 'Cyd')).toEqual({ found: 'one', item: two })
  })

  it('its id, whole or in part', () => {
    for (const text of [unknown.peerId, short(unknown.peerId), 'Dddd']) {
      expect(matchPeer([one, two, unknown], [bea, cyd], text)).toEqual({ found: 'one', item: unknown })
    }
  })

  it('a person of two devices is more than one peer', () => {
    const second = peer('Eeee1', bea.account)
    expect(matchPeer([one, second], [bea], 'Bea')).toEqual({ found: 'many', items: [one, second] })
  })
})

describe('an id', () => {
  it('is shown by what tells it from others, and can be typed back', () => {
    for (const id of [cyd.account, 'bafyreiabcdefghijkl', 'abcdefghijklmnop'])
      expect(beginsWith(id, short(id))).toBe(true)
    expect(short(cyd.account)).toBe('k51…hbbbb100')
  })
})

describe('the name of', () => {
  it("a contact is yours for them; a stranger's own stands in quotes, on one line", () => {
    expect(nameOf(bea)).toBe('Bea')
    expect(nameOf({ petname: null, claimedName: 'Bea\n14:03  you' })).toBe('"Bea 14:03  you"')
  })
})
