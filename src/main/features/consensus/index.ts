/*
 * Agreement of validators on one block for each slot: Dolev–Strong, with the proofs in dolev-strong.ts and the bytes in
 * docs/wire/consensus.md. Knows blocks as bytes with a CID; what is in them is the ledger's.
 */
export { valueOf } from './bytes.ts'
export { checkCertificate, type Certificate, type CertificateVerdict } from './certificate.ts'
export { mayLead, type Leading, type Measured } from './delays.ts'
export { createConsensus, type ConsensusParts } from './engine.ts'
export { checkEvidence, signaturesOf, type Evidence, type EvidenceVerdict } from './evidence.ts'
export { createSign, createVerify } from './keys.ts'
export { decodeCertificate, decodeEvidence, encodeCertificate, encodeEvidence } from './records.ts'
export { sessionOf, type Saying, type Session, type SessionFacts } from './session.ts'
export { maskOf, type Verify } from './signatures.ts'
export { createSignedStore, type SignedStore } from './signed-store.ts'
export type { Judge, Judgement, Outcome, ValueOf } from './state.ts'
export type { ConsensusEngine, ConsensusEvent, Slot, Taking } from './types.ts'
