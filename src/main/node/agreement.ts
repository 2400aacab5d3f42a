import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerId } from '../../shared/ids.ts'
import {
  checkCertificate,
  checkEvidence,
  createConsensus,
  decodeCertificate,
  decodeEvidence,
  encodeCertificate,
  encodeEvidence,
  sessionOf,
  signaturesOf,
  type Certificate,
  type ConsensusEvent,
  type ConsensusParts,
  type Outcome,
  type SessionFacts,
  type Slot,
} from '../features/consensus/index.ts'
import { networkIdOf, proposalId, type Hex, type Roster } from '../features/ledger/index.ts'
import type { Agreement, AgreementEvent, EvidenceRead, SlotToDecide } from '../features/ledger/types.ts'
import { DecodeError } from '../platform/cbor.ts'
import { isSigned } from '../platform/signatures.ts'

/** What consensus is made of, but for what the ledger says: which bytes are a block, and whose signatures hold. */
export type AgreementParts = Omit<ConsensusParts, 'verify' | 'valueOf'>

/**
 * Consensus in the words of the ledger, over `/latch/consensus/1.0.0`, which it serves from now on. What validators sign is
 * a block's id, that of its header; what they pass on is the block. Errors: those of `PeerStreams.serve`.
 */
export async function createAgreement(parts: AgreementParts): Promise<Agreement & { close(): void }> {
  const engine = await createConsensus({ ...parts, verify, valueOf })
  return {
    observe: (slot) => engine.observe(slotOf(slot)),
    propose: (slot, payload) => engine.propose(slotOf(slot), payload),
    subscribe: (listener) => engine.subscribe((event) => listener(told(event))),
    timing: (roster, roundMs) => engine.timing({ roundMs, faults: roster.faults, peers: membersOf(roster).peers }),
    connected: (peerId) => engine.connected(peerId),
    forget: (network, beforeSlot) => engine.forget(networkIdOf(network), beforeSlot),
    checkCertificate: (header, certificate, roster) => {
      const read = readCertificate(certificate)
      if (read === null) return { outcome: 'refused', why: 'the certificate is malformed' }
      if (hexIn(read.value) !== header.id) return { outcome: 'refused', why: 'the certificate is of another block' }
      const session = sessionOf(factsOf({ ...header, roster }), roster.faults)
      const checked = checkCertificate(read, session, verify)
      // Each signer is named once, so that commits are validators.
      return checked.verdict === 'valid'
        ? { outcome: 'valid', weight: read.commits.length }
        : { outcome: 'refused', why: checked.why }
    },
    signersOf: (certificate) => readCertificate(certificate)?.commits.map(({ by }) => by) ?? [],
    readEvidence,
    whyNoEvidence: (op, network, roster) => {
      const read = readEvidence(op.proof)
      if (read.outcome === 'refused') return read.why
      if (read.network !== networkIdOf(network)) return 'it is of another network'
      if (read.key !== op.validator) return 'it is about another validator'
      if (read.slot !== op.slot) return 'it is about another slot'
      // Its own roster is under the signatures, so nobody but the accused could have made one up.
      return roster.validators.some(({ key }) => key === op.validator) ? null : 'it is about nobody who decides now'
    },
    close: () => engine.close(),
  }
}

/** By libsodium alone: a commit that one library takes and another does not would certify a block for some. */
const verify: ConsensusParts['verify'] = (key, message, signature) => isSigned({ key, message, signature })

/** CIDv1, dag-cbor, sha2-256, 32 bytes: the head of a block's and a network's id. */
const CID_HEAD = Buffer.from('01711220', 'hex')

const cidOf = (digest: Hex): Uint8Array => new Uint8Array(Buffer.concat([CID_HEAD, Buffer.from(digest, 'hex')]))

const toHex = (bytes: Uint8Array): Hex => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

const hexIn = (cid: Uint8Array): Hex => toHex(cid.subarray(CID_HEAD.byteLength))

const valueOf: ConsensusParts['valueOf'] = (payload) => {
  const id = proposalId(payload)
  return id === null ? null : cidOf(id)
}

interface Members {
  readonly keys: readonly Uint8Array[]
  readonly peers: readonly PeerId[]
}

/** A chain holds one roster for thousands of blocks, each of which asks. */
const known = new WeakMap<Roster, Members>()

function membersOf(roster: Roster): Members {
  const before = known.get(roster)
  if (before !== undefined) return before
  const keys = roster.validators.map(({ key }) => new Uint8Array(Buffer.from(key, 'hex')))
  const peers = keys.map((key) => PeerId.parse(peerIdFromPublicKey(publicKeyFromRaw(key)).toString()))
  const members = { keys, peers }
  known.set(roster, members)
  return members
}

function factsOf(of: { network: Hex; roster: Roster; slot: number; parent: Hex }): SessionFacts {
  const validators = membersOf(of.roster).keys
  return {
    network: networkIdOf(of.network),
    validators,
    leader: of.slot % validators.length,
    slot: of.slot,
    parent: cidOf(of.parent),
  }
}

function slotOf({ network, roster, roundMs, slot, startMs, parent, whyNot }: SlotToDecide): Slot {
  return {
    facts: factsOf({ network, roster, slot, parent: parent.id }),
    faults: roster.faults,
    roundMs,
    startMs,
    peers: membersOf(roster).peers,
    judge: (payload, value) => {
      const why = whyNot(payload, hexIn(value))
      return why === null ? { verdict: 'valid' } : { verdict: 'invalid', why }
    },
  }
}

function told(event: ConsensusEvent): AgreementEvent {
  const { slot, offsetMs } = event
  const place = { slot, offsetMs, parent: hexIn(event.parent) }
  switch (event.event) {
    case 'signed': {
      const { by, saying, value, round } = event
      return { ...place, event: 'signed', by, saying, id: hexIn(value), round }
    }
    case 'decided':
      return { ...place, event: 'decided', outcome: outcomeOf(event.outcome) }
    case 'certified': {
      const { certificate, standing } = event
      const id = hexIn(certificate.value)
      const signers = certificate.commits.length
      return { ...place, event: 'certified', id, certificate: encodeCertificate(certificate), signers, standing }
    }
    case 'evidence':
      return { ...place, event: 'evidence', record: encodeEvidence(event.evidence) }
    case 'abstained':
      return { ...place, event: 'abstained', why: event.why }
  }
}

function outcomeOf(outcome: Outcome): Extract<AgreementEvent, { event: 'decided' }>['outcome'] {
  if (outcome.decision === 'nothing') return outcome
  const { value, payload, by } = outcome
  return { decision: 'block', id: hexIn(value), payload, by }
}

function readCertificate(bytes: Uint8Array): Certificate | null {
  return orNull(() => decodeCertificate(bytes))
}

function readEvidence(record: Uint8Array): EvidenceRead {
  const evidence = orNull(() => decodeEvidence(record))
  if (evidence === null) return { outcome: 'refused', why: 'this is no evidence', holds: null }
  const { saying, facts, by } = evidence
  const key = facts.validators[by]
  if (key === undefined) return { outcome: 'refused', why: 'it is about nobody in its roster', holds: null }
  const signed = signaturesOf(evidence)
  const checked = checkEvidence(evidence, verify)
  if (checked.verdict === 'refused') {
    const [one, other] = signed.map(({ message, signature }) => verify(key, message, signature))
    return { outcome: 'refused', why: checked.why, holds: [one === true, other === true] }
  }
  return {
    outcome: 'proven',
    network: facts.network,
    key: toHex(key),
    slot: facts.slot,
    leader: facts.leader,
    saying,
    why: checked.why,
    roster: facts.validators.map(toHex),
    blocks: [hexIn(evidence.values[0]), hexIn(evidence.values[1])],
    messages: [toHex(signed[0].message), toHex(signed[1].message)],
    signatures: [toHex(signed[0].signature), toHex(signed[1].signature)],
  }
}

/** What strangers wrote: malformed is an answer, anything else a fault of ours. */
function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}
