import { beforeEach, describe, expect, test } from 'vitest'
import { checkedDraft } from '../../../src/main/features/door/rule-checks.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { anyMatch, type Rule } from '../../../src/shared/model/door.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { hears, knocks } from './asks.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const anyone = { who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow' } as const
const drafts = (rules: readonly Rule[]): unknown[] => rules.map((rule) => checkedDraft(rule))

async function allows(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    bea.door.answer((await knocks(al, bea)).id, { verdict: 'allow', until: 'once' })
    await hears(al, 'allowed')
    await bea.admits(al)
    street.disconnect(al, bea)
    await street.clock.advance(MINUTE)
  }
}

test('a rule that is left nothing to say is found', () => {
  const wide = bea.door.addRule({ ...anyone, verdict: 'deny', priority: 1 }, 'person')
  const narrow = bea.door.addRule(anyone, 'person')
  expect(bea.door.findings()).toMatchObject([{ rule: narrow.id, kind: 'shadowed', by: wide.id }])
})

test('a draft is tried on what happened, and is not made', async () => {
  expect(await bea.admits(al)).toBe('knock-first')
  const tried = bea.door.rehearse(checkedDraft(anyone))
  expect(tried).toMatchObject({ looked: 1, unknown: 0, decides: 1, changed: 1, changes: [{ would: 'allow' }] })
  expect(bea.door.rules()).toEqual([])
  expect(() => bea.door.rehearse({ ...checkedDraft(anyone), match: { ...anyMatch, path: '..' } })).toThrow('straight')
})

describe('a habit', () => {
  beforeEach(() => allows(5))

  test('is suggested as a rule, which spares the question once it is made', async () => {
    const [suggestion] = bea.door.suggestions()
    expect(suggestion).toMatchObject({ count: 5, draft: { capability: 'contact', verdict: 'allow' } })
    if (suggestion === undefined) throw new Error('nothing is suggested')
    bea.door.addRule(suggestion.draft, 'person')
    expect(bea.door.suggestions()).toEqual([])
    expect(await bea.admits(al)).toBe('allow')
  })

  test('that was declined is not suggested again, also after a restart', async () => {
    const [suggestion] = bea.door.suggestions()
    expect(bea.door.declineSuggestion(suggestion?.id ?? '')).toEqual([])
    await bea.restart()
    expect(bea.door.suggestions()).toEqual([])
  })
})

describe('rules as a file', () => {
  test('are taken by another door: those that it does not have yet', async () => {
    bea.door.addRule({ ...anyone, note: 'all may' }, 'person')
    bea.door.addRule({ ...anyone, capability: 'anything', verdict: 'deny', who: { kind: 'relayed' } }, 'person')
    bea.door.addRule({ ...anyone, capability: 'visit', until: { kind: 'quit' } }, 'person')
    al.door.addRule({ ...anyone, note: 'another note' }, 'person')
    const text = await bea.door.exportRules()

    const read = await al.door.readRules(text)
    expect(read).toMatchObject({ signedBy: { peerId: bea.peerId, who: 'stranger' }, madeMs: street.clock.nowMs() })
    expect(read.rules.map(({ draft, state }) => [draft.capability, state])).toEqual([
      ['contact', 'present'],
      ['anything', 'new'],
    ])
    expect(al.door.rules()).toHaveLength(1)

    const taken = await al.door.importRules(text)
    expect(taken).toMatchObject([{ capability: 'anything', verdict: 'deny', origin: 'import', hits: 0 }])
    expect(await al.door.importRules(text)).toEqual([])
    await al.restart()
    expect(drafts(al.door.rules().slice(1))).toEqual(drafts(taken))
  })

  test('decide what is pending as soon as they are taken', async () => {
    al.door.addRule(anyone, 'person')
    const text = await al.door.exportRules()
    await knocks(al, bea)
    await bea.door.importRules(text)
    expect(bea.door.pending()).toEqual([])
    expect(await bea.admits(al)).toBe('allow')
  })

  test('are known as one’s own, and as a contact’s', async () => {
    al.contacts.add(bea.account)
    expect((await al.door.readRules(await al.door.exportRules())).signedBy.who).toBe('you')
    expect((await al.door.readRules(await bea.door.exportRules())).signedBy).toMatchObject({
      account: bea.account,
      who: 'contact',
    })
  })

  test('are none where the text says something else than was signed, and nothing is taken', async () => {
    bea.door.addRule(anyone, 'person')
    const text = (await bea.door.exportRules()).replace('"anyone"', '"contact"')
    await expect(al.door.readRules(text)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(al.door.importRules(text)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(al.door.rules()).toEqual([])
  })

  test('are taken all or not at all: there is room, and names are whose they were', async () => {
    street.owners.set('alan.peer', al.account)
    const who = { kind: 'name', name: 'alan.peer', account: al.account } as const
    bea.door.addRule(anyone, 'person')
    bea.door.addRule({ ...anyone, who }, 'person')
    const text = await bea.door.exportRules()
    street.owners.set('alan.peer', bea.account)
    await expect(al.door.importRules(text)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(al.door.rules()).toEqual([])

    street.owners.set('alan.peer', al.account)
    for (let n = 0; n < 1_999; n++) {
      const account = AccountId.parse(`k51${n.toString(36).padStart(59, 'z')}`)
      al.door.addRule({ ...anyone, who: { kind: 'account', account }, until: { kind: 'quit' } }, 'person')
    }
    await expect(al.door.importRules(text)).rejects.toMatchObject({ code: 'BUSY' })
    expect(al.door.rules()).toHaveLength(1_999)
  })
})
