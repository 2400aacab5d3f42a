/*
 * Who owns which name: a chain of blocks that validators agree on, checked by everybody. A pure core, and what runs around
 * it; how they agree on a block is consensus'.
 *
 *   entry, block, genesis     bytes, and what they mean         docs/wire/ledger.md
 *   validator                 one entry: valid, early or refused, for pools and blocks alike
 *   apply, state, undo        one block: the state after it, and the way back
 *   state-tree, merkle        roots and proofs
 *   fork-choice, chain        which branch counts; the chain in the database
 *   pool, snapshot            what waits; a state without its blocks
 *   feature, live/            the active network at work, and what is seen of it
 *   sync/                     chains from peers, and for them   docs/wire/chain.md
 *   networks/                 which networks this device knows  docs/wire/network.md
 */
export type { BlockContext, BlockVerdict } from './apply.ts'
export { judgeBlock } from './apply.ts'
export type { Block, CertifiedBlock, Header, Parent, SealedHeader } from './block.ts'
export { checkHeader, decodeBlock, decodeHeader, encodeBlock, genesisParent, proposalId } from './block.ts'
export { verifiedIn } from './bulk.ts'
export type { Hex } from './bytes.ts'
export { accountOf, blockIdOf, digestOf, entryIdOf, keyOf, networkIdOf } from './bytes.ts'
export type { AddVerdict, CertificateVerdict, Changed, CheckCertificate } from './chain.ts'
export { Chain } from './chain.ts'
export { contextOf, trusting } from './context.ts'
export type { Entry, EntryBody, Op } from './entry.ts'
export { commitmentOf, decodeEntry, encodeBody, rosterMessage, signatureOf, signEntry } from './entry.ts'
export { createLedger, type LedgerParts } from './feature.ts'
export type { Genesis, Roster, Rules, Validator } from './genesis.ts'
export {
  decodeGenesis,
  defaultRules,
  encodeGenesis,
  leaderOf,
  networkOf,
  ownGenesis,
  slotStartMs,
  whyNoRoster,
  whyTooLong,
} from './genesis.ts'
export { checkListProof, proveInList } from './merkle.ts'
export { checkName, skeletonOf } from './names.ts'
export type { NetworksParts } from './networks/index.ts'
export { createNetworks } from './networks/index.ts'
export type { PoolVerdict } from './pool.ts'
export { Pool } from './pool.ts'
export type { Tip } from './propose.ts'
export { nextAt, propose } from './propose.ts'
export { rosterAfter } from './rosters.ts'
export { readSnapshot, snapshotParts } from './snapshot.ts'
export { checkStateProof, proveRecord } from './state-tree.ts'
export type { LedgerState } from './state.ts'
export { ChainStore, knownNetworks } from './store.ts'
export { createSync, serveLedger, type ServingParts, type SyncParts } from './sync/index.ts'
export type { At, Context, EntryVerdict } from './validator.ts'
export { checkEntry } from './validator.ts'
export type { ChainCheck } from './verify-chain.ts'
export { verifyChain } from './verify-chain.ts'
export { nameOnLedger, namesOfAccount, ownerOf } from './views.ts'
export { priceOf, solve } from './work.ts'
