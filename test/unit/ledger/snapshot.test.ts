import { expect, test } from 'vitest'
import { sealHeader, type SealedHeader } from '../../../src/main/features/ledger/block.ts'
import { Chain } from '../../../src/main/features/ledger/chain.ts'
import { rosterMessage } from '../../../src/main/features/ledger/entry.ts'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import type { CheckCertificate } from '../../../src/main/features/ledger/chain.ts'
import { readSnapshot, snapshotParts } from '../../../src/main/features/ledger/snapshot.ts'
import { Draft, keys, type LedgerState } from '../../../src/main/features/ledger/state.ts'
import { ChainStore } from '../../../src/main/features/ledger/store.ts'
import { signBytes } from '../../../src/main/platform/signatures.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { decode, encode } from '../../../src/main/platform/cbor.ts'
import { z } from 'zod'
import { certified, checkWeight, keep, LATER_MS } from './chains.ts'
import { person, Town, townGenesis } from './town.ts'

const ada = person('ada')

/** A ledger whose validators changed on the way: `leader` and `second` handed over to `third`. */
function grown(): { town: Town; header: SealedHeader; parts: Uint8Array[] } {
  const town = new Town(townGenesis({}, ['leader', 'second']))
  town.own(ada, 'adele')
  town.grow([handOver(town)])
  const { header } = town.grow([])
  return { town, header, parts: [...snapshotParts(town.state, 200)] }
}

function handOver(town: Town): Entry {
  const roster = { validators: [{ key: person('third').account, label: 'third' }], faults: 0 }
  const message = rosterMessage(town.context.network, 1, roster)
  const approvals = ['leader', 'second'].map((label) => ({
    validator: person(label).account,
    signature: signBytes(message, person(label).key.raw),
  }))
  return town.entry(ada, { kind: 'validators', seq: 1, ...roster, approvals })
}

/** Holds where the last of the validators that decide is asked. */
const byThird: CheckCertificate = (header, certificate, roster) =>
  roster.validators.at(-1)?.label === 'third'
    ? checkWeight(header, certificate, roster)
    : { outcome: 'refused', why: 'other validators decide here' }

function read({ town, header, parts }: ReturnType<typeof grown>, weight = 1) {
  return readSnapshot(header, new Uint8Array([weight]), parts, town.context, byThird)
}

/** A header that some forger made for a state of theirs. */
function forged(town: Town, change: (draft: Draft) => void): ReturnType<typeof grown> {
  const draft = new Draft(town.state)
  change(draft)
  const { state } = draft.finish()
  const { header } = town.block([])
  const { height, slot, timestampMs } = town.state.chain
  const lie = sealHeader({ ...header, height, slot, timestampMs, stateRoot: state.root })
  return { town, header: lie, parts: [...snapshotParts(state)] }
}

test('a chain that begins with a snapshot goes on like one that has every block', () => {
  const { town, header, parts } = grown()
  expect(parts.length).toBeGreaterThan(3)
  const verdict = read({ town, header, parts }, 3)
  if (verdict.outcome === 'refused') throw new Error(verdict.why)
  expect(verdict.weight).toBe(3)
  const database = openMemoryDatabase()
  new ChainStore(database, town.genesis).replace(header, new Uint8Array([3]), verdict.weight, verdict.state)
  const { chain } = keep(town.genesis, town.context, database)
  expect([chain.head.id, chain.base, chain.state.root]).toEqual([header.id, header.height, town.state.root])
  const next = certified(town.grow([town.entry(ada, { kind: 'renew', name: 'adele' })]))
  expect(chain.add(next, LATER_MS).outcome).toBe('added')
  expect(chain.state.root).toBe(town.state.root)
  const old = certified(new Town(town.genesis).grow([], 60_000))
  expect(chain.add(old, LATER_MS)).toMatchObject({ outcome: 'refused', code: 'too-deep' })
  expect(chain).toBeInstanceOf(Chain)
})

test('a snapshot that lacks a record, has one too many, or another one, leads to another root', () => {
  const { town, header, parts } = grown()
  const why = (bent: Uint8Array[]): string => {
    const verdict = read({ town, header, parts: bent })
    return verdict.outcome === 'refused' ? verdict.why : 'taken'
  }
  // Who decides is asked first, of the records that say so.
  const saysWho = (part: Uint8Array): boolean => /chain|validators|handover/.test(Buffer.from(part).toString('latin1'))
  const other = parts.find((part) => !saysWho(part))
  expect(why(parts.filter((part) => part !== other))).toBe('it leads to another root')
  expect(why(parts.filter((part) => !saysWho(part)))).toBe('it is no state of a ledger')
  expect(why([...parts, encode([['name evil', encode({ name: 'evil' })]])])).toBe('it leads to another root')
  expect(why([...parts, parts[0] ?? new Uint8Array()])).toBe('a record comes twice')
  const first = other ?? new Uint8Array()
  const rest = parts.filter((part) => part !== other)
  const [[key] = ['']] = decode(first, z.array(z.tuple([z.string(), z.unknown()])), 10_000)
  expect(why([encode([[key, encode({ another: 1 })]]), ...rest])).toBe('it leads to another root')
})

test('a snapshot that nobody signed, of another block or another network is refused', () => {
  const sample = grown()
  expect(read(sample, 0)).toEqual({ outcome: 'refused', why: 'no weight' })
  const { header } = sample
  const other = sealHeader({ ...header, height: header.height + 1 })
  expect(read({ ...sample, header: other })).toEqual({ outcome: 'refused', why: 'it is the state of another block' })
  const foreign = sealHeader({ ...header, network: 'ab'.repeat(32) })
  expect(read({ ...sample, header: foreign })).toEqual({ outcome: 'refused', why: 'it is of another network' })
})

test('validators that the former ones did not approve are refused, whoever signed the header', () => {
  const { town } = grown()
  const evil = [{ key: person('eve').account, label: 'third' }]
  const swapped = forged(town, (draft) => {
    const { seq, faults, sinceHeight } = town.state.roster
    draft.put(keys.validators, { seq, faults, sinceHeight, validators: evil })
  })
  expect(read(swapped)).toEqual({ outcome: 'refused', why: 'its validators are not those of its last roster' })
  const invented = forged(town, (draft) => {
    const roster = { seq: 2, faults: 0, sinceHeight: 4, validators: evil }
    draft.put(keys.validators, roster)
    draft.put(keys.handover(2), { ...roster, approvals: [] })
  })
  expect(read(invented)).toEqual({ outcome: 'refused', why: 'roster 2: 0 validators approve, 1 must' })
})

test.each<[string, (draft: Draft, state: LedgerState) => void]>([
  ['no chain', (draft) => draft.remove(keys.chain)],
  ['no validators', (draft) => draft.remove(keys.validators)],
  ['nonsense for validators', (draft) => draft.put(keys.validators, { claims: [] } as never)],
  ['nonsense for a handover', (draft) => draft.put(keys.handover(1), { height: 1 } as never)],
])('a state with %s is refused before anything breaks on it', (_what, change) => {
  const { town } = grown()
  const verdict = read(forged(town, (draft) => change(draft, town.state)))
  expect(verdict.outcome).toBe('refused')
})
