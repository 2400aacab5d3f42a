import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createSignedStore, decodeEvidence, encodeEvidence } from '../../../src/main/features/consensus/index.ts'
import type { Block } from '../../../src/main/features/ledger/block.ts'
import { blockIdOf, networkIdOf } from '../../../src/main/features/ledger/bytes.ts'
import { leaderOf, slotStartMs } from '../../../src/main/features/ledger/genesis.ts'
import { checkEntry, proposalId } from '../../../src/main/features/ledger/index.ts'
import type { Agreement, AgreementEvent, SlotToDecide } from '../../../src/main/features/ledger/types.ts'
import { createAgreement } from '../../../src/main/node/agreement.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createConsensusProtocol, type Message } from '../../../src/main/protocols/consensus/index.ts'
import { Net, type NetNode } from '../../helpers/ledger-net.ts'
import { payloadOf, Rogue, valueMessage } from '../../helpers/ledger-rogue.ts'
import { person, START_MS, Town, townGenesis } from '../../unit/ledger/town.ts'

const NAMES = ['leader', 'bob', 'carol', 'dan']
const ROUND_MS = 500

interface Voter {
  readonly node: NetNode
  readonly agreement: Awaited<ReturnType<typeof createAgreement>>
  readonly events: AgreementEvent[]
}

let net: Net
let rogue: Rogue | null = null
const voters: Voter[] = []

afterEach(async () => {
  for (const { agreement } of voters.splice(0)) agreement.close()
  await net.close()
})

/** Four devices a second before the first slot; one of them may be false. */
async function four(options: { rogue?: string } = {}): Promise<Town> {
  net = new Net('memory', START_MS - 2 * ROUND_MS)
  rogue = null
  for (const name of NAMES) {
    const node = await net.join(name, person(name).key)
    if (name === options.rogue) {
      rogue = await new Rogue(node).listen()
      continue
    }
    const { streams, clock } = node
    const offence = (peerId: string, why: string): never => {
      throw new Error(`${name} about ${peerId}: ${why}`)
    }
    const protocol = createConsensusProtocol({ streams, clock, offence })
    const store = createSignedStore(openMemoryDatabase())
    const agreement = await createAgreement({ protocol, clock, log: silentLog, store, offence, key: node.key })
    const events: AgreementEvent[] = []
    agreement.subscribe((event) => events.push(event))
    voters.push({ node, agreement, events })
  }
  await net.connect()
  return new Town(townGenesis({}, NAMES, 1))
}

function slotOf(town: Town, slot: number, whyNot: SlotToDecide['whyNot'] = () => null): SlotToDecide {
  return {
    network: town.context.network,
    roster: town.state.roster,
    roundMs: ROUND_MS,
    slot,
    startMs: slotStartMs(town.genesis, slot),
    parent: town.parent,
    whyNot,
  }
}

function eventOf<Kind extends AgreementEvent['event']>({ events }: Voter, kind: Kind): AgreementEvent & { event: Kind } {
  const found = events.find((event): event is AgreementEvent & { event: Kind } => event.event === kind)
  if (found === undefined) throw new Error(`no ${kind}`)
  return found
}

/** Everybody observes it, its leader proposes, and it begins. */
async function decide(town: Town, block: Block, whyNot?: SlotToDecide['whyNot']): Promise<void> {
  const slot = slotOf(town, block.header.slot, whyNot)
  const leader = leaderOf(slot.roster, slot.slot).label
  for (const { agreement, node } of voters) {
    const taking = node.name === leader ? agreement.propose(slot, payloadOf(block)) : agreement.observe(slot)
    expect(taking.verdict).toBe('taken')
  }
  await net.pass(slot.startMs + 3 * ROUND_MS - net.clock.nowMs())
}

test('four validators agree on a block by its id, and what they sign certifies it to anybody', async () => {
  const town = await four()
  const block = town.block([town.entry(person('ada'), town.claim(person('ada'), 'adele'))])
  await decide(town, block)
  const { id } = block.header
  for (const voter of voters) {
    expect(eventOf(voter, 'decided')).toMatchObject({
      slot: 0,
      parent: town.context.network,
      outcome: { decision: 'block', id, payload: payloadOf(block), by: 'quorum' },
    })
    const { certificate, standing, signers, ...rest } = eventOf(voter, 'certified')
    expect([rest.id, standing, signers]).toEqual([id, 'agrees', 2])
    const { agreement } = voter
    const { roster } = town.state
    expect(agreement.checkCertificate(block.header, certificate, roster)).toEqual({ outcome: 'valid', weight: 2 })
    expect(agreement.signersOf(certificate)).toHaveLength(2)
    // Of no other block, network, roster, or parent.
    const refused = (header: Partial<Block['header']>, other = roster): string => {
      const checked = agreement.checkCertificate({ ...block.header, ...header }, certificate, other)
      return checked.outcome === 'refused' ? checked.why : 'valid'
    }
    expect(refused({ id: 'ab'.repeat(32) })).toBe('the certificate is of another block')
    for (const change of [{ network: 'cd'.repeat(32) }, { parent: 'cd'.repeat(32) }, { slot: 4 }]) {
      expect(refused(change)).toMatch(/the commit of validator \d does not hold/)
    }
    expect(refused({}, { ...roster, validators: roster.validators.toReversed() })).toMatch(/does not hold/)
    expect(refused({}, { ...roster, faults: 2 })).toBe('2 commits of 3')
    expect(agreement.checkCertificate(block.header, new Uint8Array([1]), roster)).toMatchObject({ outcome: 'refused' })
    expect(agreement.signersOf(new Uint8Array([1]))).toEqual([])
  }
})

test('a block that does not stand is nothing everywhere, and the sentence says why', async () => {
  const town = await four()
  await decide(town, town.block([]), (_payload, id) => `the block ${blockIdOf(id).slice(0, 7)} has a name twice`)
  for (const voter of voters) {
    const why = 'the block does not stand: the block bafyrei has a name twice'
    expect(eventOf(voter, 'decided').outcome).toEqual({ decision: 'nothing', why })
  }
})

describe('what is signed stands for all of a block', () => {
  test('what is no block, has other entries than its header says, or a certificate, is not proposed', async () => {
    const town = await four()
    const block = town.block([town.entry(person('ada'), town.claim(person('ada'), 'adele'))])
    const [leader] = voters
    const bad = [new Uint8Array([1]), payloadOf({ ...block, entries: [] }), payloadOf(block, new Uint8Array(9))]
    for (const payload of bad) {
      const taking = leader?.agreement.propose(slotOf(town, 0), payload)
      expect(taking).toEqual({ verdict: 'refused', why: 'this is no block' })
    }
  })

  test('no change of a payload leaves its id the same (printed seed)', async () => {
    net = new Net()
    const town = new Town()
    const payload = payloadOf(town.block([town.entry(person('ada'), town.claim(person('ada'), 'adele'))]))
    const id = proposalId(payload)
    expect(id).not.toBeNull()
    const seed = Math.floor(Math.random() * 2 ** 31)
    console.info(`ids of payloads: seed ${seed}`)
    const changes = fc.array(fc.tuple(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(changes, fc.nat(3), (flips, cut) => {
        const other = Uint8Array.from(payload)
        for (const [at, bits] of flips) other[at] = (other[at] ?? 0) ^ bits
        if (Buffer.compare(other, payload) === 0) return
        expect(proposalId(other.subarray(0, other.length - cut))).not.toBe(id)
      }),
      { seed, numRuns: 5_000 },
    )
  })
})

describe('evidence', () => {
  const ada = person('ada')

  /** What the others have in hand when the leader of slot 0 gave two blocks to two halves. */
  async function ofTwoBlocks(): Promise<{ town: Town; records: Uint8Array[]; ids: string[]; agreement: Agreement }> {
    const town = await four({ rogue: 'leader' })
    const blocks = [town.block([]), town.block([town.entry(ada, town.claim(ada, 'adele'))])] as const
    const slot = slotOf(town, 0)
    for (const { agreement } of voters) agreement.observe(slot)
    await net.pass(slot.startMs - net.clock.nowMs())
    const [bob, carol, dan] = net.nodes.filter(({ name }) => name !== 'leader')
    const falseOne = rogue
    if (falseOne === null || bob === undefined || carol === undefined || dan === undefined) throw new Error('nobody')
    const [one, other] = blocks.map((block) => valueMessage(slot, block, [falseOne])) as [Message, Message]
    await falseOne.say([[bob], one], [[carol, dan], other])
    await net.pass(3 * ROUND_MS)
    const records = voters.map((voter) => eventOf(voter, 'evidence').record)
    const [first] = voters
    if (first === undefined) throw new Error('nobody')
    return { town, records, ids: blocks.map(({ header }) => header.id).toSorted(), agreement: first.agreement }
  }

  test('of a leader with two blocks is the same at everybody, and each of its signatures can be checked', async () => {
    const { town, records, ids, agreement } = await ofTwoBlocks()
    const [record = new Uint8Array()] = records
    for (const other of records) expect(Buffer.compare(other, record)).toBe(0)
    const read = agreement.readEvidence(record)
    if (read.outcome !== 'proven') throw new Error(read.why)
    const { messages, signatures, ...rest } = read
    expect(rest).toEqual({
      outcome: 'proven',
      network: networkIdOf(town.context.network),
      key: person('leader').account,
      slot: 0,
      leader: 0,
      saying: 'first',
      why: 'validator 1 proposed two blocks in slot 0',
      roster: NAMES.map((name) => person(name).account),
      blocks: ids,
    })
    for (const which of [0, 1] as const) {
      const [message, signature] = [messages[which], signatures[which]].map((hex) => new Uint8Array(Buffer.from(hex, 'hex')))
      if (message === undefined || signature === undefined) throw new Error('nothing')
      expect(person('leader').key.publicKey.verify(message, signature)).toBe(true)
    }
  })

  test('that was touched says which of the two signatures still holds', async () => {
    const { records, agreement } = await ofTwoBlocks()
    const evidence = decodeEvidence(records[0] ?? new Uint8Array())
    const { signatures, values } = evidence
    const broken = new Uint8Array(64)
    const reads = [
      { ...evidence, signatures: [signatures[0], broken] as const },
      { ...evidence, signatures: [broken, signatures[1]] as const },
      { ...evidence, values: [values[1], values[0]] as const, signatures: [signatures[1], signatures[0]] as const },
      { ...evidence, by: 1 },
    ].map((changed) => agreement.readEvidence(encodeEvidence(changed)))
    expect(reads).toMatchObject([
      { outcome: 'refused', why: 'a signature that does not hold', holds: [true, false] },
      { outcome: 'refused', why: 'a signature that does not hold', holds: [false, true] },
      { outcome: 'refused', why: 'not two values in order', holds: [true, true] },
      { outcome: 'refused', why: 'a signature that does not hold', holds: [false, false] },
    ])
    const outside = agreement.readEvidence(encodeEvidence({ ...evidence, by: 9 }))
    expect(outside).toEqual({ outcome: 'refused', why: 'it is about nobody in its roster', holds: null })
    const noise = agreement.readEvidence(new Uint8Array([1, 2, 3]))
    expect(noise).toEqual({ outcome: 'refused', why: 'this is no evidence', holds: null })
  })

  test('is entered where it is of this network, of that slot, and about somebody who decides', async () => {
    const { town, records, agreement } = await ofTwoBlocks()
    const { network } = town.context
    const { roster } = town.state
    const op = { kind: 'evidence' as const, validator: person('leader').account, slot: 0, proof: records[0] ?? new Uint8Array() }
    expect(agreement.whyNoEvidence(op, network, roster)).toBeNull()
    expect(agreement.whyNoEvidence({ ...op, slot: 4 }, network, roster)).toBe('it is about another slot')
    expect(agreement.whyNoEvidence(op, 'ab'.repeat(32), roster)).toBe('it is of another network')
    const bob = { ...op, validator: person('bob').account }
    expect(agreement.whyNoEvidence(bob, network, roster)).toBe('it is about another validator')
    const others = { ...roster, validators: roster.validators.slice(1) }
    expect(agreement.whyNoEvidence(op, network, others)).toBe('it is about nobody who decides now')
    expect(agreement.whyNoEvidence({ ...op, proof: new Uint8Array(3) }, network, roster)).toBe('this is no evidence')
    const whyNoEvidence = (one: typeof op): string | null => agreement.whyNoEvidence(one, network, town.state.roster)
    const entry = town.entry(ada, op)
    expect(checkEntry(entry, town.state, town.at, { ...town.context, whyNoEvidence })).toEqual({ outcome: 'valid' })
  })
})

test('who forgot what it signed in a slot signs nothing in it again', async () => {
  const town = await four()
  const [leader] = voters
  leader?.agreement.forget(town.context.network, 1)
  const taking = leader?.agreement.propose(slotOf(town, 0), payloadOf(town.block([])))
  expect(taking).toEqual({ verdict: 'refused', why: 'a witness of this slot' })
  expect(leader?.events).toMatchObject([{ event: 'abstained', why: 'what was signed in this slot is forgotten' }])
})

test('each is measured by the device that its key makes, and a leader that is heard too late stays silent', async () => {
  const town = await four()
  net.skewsMs.set('carol', 2 * ROUND_MS)
  net.skewsMs.set('dan', 2 * ROUND_MS)
  await decide(town, town.block([]))
  const [leader] = voters
  const { figures, leading } = leader?.agreement.timing(town.state.roster, ROUND_MS) ?? { figures: [], leading: null }
  const [, bob, carol, dan] = net.nodes
  const worst = new Map(figures.map(({ by, worstMs }) => [by, worstMs]))
  expect(bob && worst.get(bob.peerId)).toBe(0)
  expect(carol && worst.get(carol.peerId)).toBe(2 * ROUND_MS)
  expect(dan && worst.get(dan.peerId)).toBe(2 * ROUND_MS)
  const why = 'messages take 1000 ms, difference of clocks included, and a round is 500 ms'
  expect(leading).toEqual({ verdict: 'stay-silent', why, worstMs: 1_000 })
})
