import { z } from 'zod'
import { AccountId, PeerId } from '../ids.ts'
import { BlockFacts, BlockLine, EntryRead, InclusionProof, LedgerEntry, NameProof, OpDraft, Submitted } from '../model/blocks.ts'
import { EvidenceCheck, EvidenceOfTwo, Fork, LedgerStatus, SlotRounds, ValidationReport, ValidatorState } from '../model/consensus.ts'
import { BlockId, EntryId, NameChange, NameLabel, NameOnLedger } from '../model/ledger.ts'
import { base, watched } from './base.ts'

/** What the window draws; blocks newest first. */
export const LedgerSnapshot = z.object({
  status: LedgerStatus,
  blocks: z.array(BlockLine),
  /** What waits in the pool. */
  waiting: z.array(LedgerEntry),
  rounds: z.array(SlotRounds),
  forks: z.array(Fork),
  evidence: z.array(EvidenceOfTwo),
})
export type LedgerSnapshot = z.infer<typeof LedgerSnapshot>

export const LedgerEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status-changed'), status: LedgerStatus }),
  z.object({ event: z.literal('block-added'), block: BlockLine }),
  z.object({ event: z.literal('entry-changed'), entry: LedgerEntry }),
  z.object({ event: z.literal('slot-changed'), rounds: SlotRounds }),
  z.object({ event: z.literal('forked'), fork: Fork }),
  z.object({ event: z.literal('evidence'), evidence: EvidenceOfTwo }),
  z.object({ event: z.literal('names-changed'), names: z.array(NameChange) }),
  /** Another network is active: everything shown before is of the former. */
  z.object({ event: z.literal('network-changed'), snapshot: LedgerSnapshot }),
])
export type LedgerEvent = z.infer<typeof LedgerEvent>

const tags = ['ledger']
const limit = z.coerce.number().int().min(1).max(500).default(50)

export const ledger = {
  head: base.route({ method: 'GET', path: '/ledger/head', tags, summary: 'The ledger now' }).output(LedgerStatus),
  blocks: base
    .route({ method: 'GET', path: '/ledger/blocks', tags, summary: 'Blocks of the chain, newest first' })
    .input(z.object({ /** Only those below this height. */ before: z.coerce.number().int().positive().optional(), limit }))
    .output(z.array(BlockLine)),
  block: base
    .route({ method: 'GET', path: '/ledger/blocks/{block}', tags, summary: 'One block, by its id or its height' })
    .input(z.object({ block: z.union([BlockId, z.coerce.number().int().positive()]) }))
    .output(BlockFacts),
  entries: base
    .route({ method: 'GET', path: '/ledger/entries', tags, summary: 'Entries: those that wait, then those of the newest blocks' })
    .input(z.object({ account: AccountId.optional(), waiting: z.stringbool().or(z.boolean()).default(false), limit }))
    .output(z.array(LedgerEntry)),
  entry: base
    .route({ method: 'GET', path: '/ledger/entries/{id}', tags, summary: 'One entry, and where it is' })
    .input(z.object({ id: EntryId }))
    .output(LedgerEntry),
  prove: base
    .route({ method: 'GET', path: '/ledger/entries/{id}/proof', tags, summary: 'That an entry lies in a certified block' })
    .input(z.object({ id: EntryId }))
    .output(InclusionProof),
  submit: base
    .route({ method: 'POST', path: '/ledger/entries', tags, summary: 'Submit an entry: one to be made and signed here, or one that was signed elsewhere' })
    .input(z.union([z.object({ op: OpDraft }), z.object({ /** Base64. */ entry: z.base64().max(22_000) })]))
    .output(Submitted),
  read: base
    .route({ method: 'POST', path: '/ledger/entries/read', tags, summary: 'What an entry says that was signed elsewhere; nothing is handed in' })
    .input(z.object({ /** Base64. */ entry: z.base64().max(22_000) }))
    .output(EntryRead),
  names: base
    .route({ method: 'GET', path: '/ledger/names', tags, summary: 'Names of an account; without one, yours' })
    .input(z.object({ account: AccountId.optional() }))
    .output(z.array(NameOnLedger)),
  name: base
    .route({ method: 'GET', path: '/ledger/names/{name}', tags, summary: 'Whose a name is; null: nobody has it' })
    .input(z.object({ name: NameLabel }))
    .output(NameOnLedger.nullable()),
  proveName: base
    .route({ method: 'GET', path: '/ledger/names/{name}/proof', tags, summary: 'Whose a name is, or that nobody has it, below a certified header' })
    .input(z.object({ name: NameLabel }))
    .output(NameProof),
  validators: base
    .route({ method: 'GET', path: '/ledger/validators', tags, summary: 'Who decides, and how they keep time' })
    .output(z.array(ValidatorState)),
  rounds: base
    .route({ method: 'GET', path: '/ledger/rounds', tags, summary: 'The last slots: who signed what, and when' })
    .output(z.array(SlotRounds)),
  forks: base
    .route({ method: 'GET', path: '/ledger/forks', tags, summary: 'Branches that met, newest first' })
    .output(z.array(Fork)),
  evidence: base
    .route({ method: 'GET', path: '/ledger/evidence', tags, summary: 'Validators that signed two blocks, newest first' })
    .output(z.array(EvidenceOfTwo)),
  checkEvidence: base
    .route({ method: 'POST', path: '/ledger/evidence/check', tags, summary: 'Check a proof, asking nobody' })
    .input(z.object({ /** Base64, as in `evidence`. */ record: z.base64().max(8_192) }))
    .output(EvidenceCheck),
  validate: base
    .route({ method: 'POST', path: '/ledger/validate', tags, summary: 'Ask peers to check their chain from a height to their head; without peers, check your own' })
    .input(
      z.object({
        fromHeight: z.int().positive().default(1),
        /** `all`: every connected device of this network. */
        peers: z.union([z.array(PeerId).max(64), z.literal('all')]).default([]),
      }),
    )
    .output(z.array(ValidationReport)),
  watch: base
    .route({ method: 'GET', path: '/ledger/events', tags, summary: 'Blocks, entries, slots, forks and evidence as they come' })
    .output(watched(LedgerSnapshot, LedgerEvent)),
}

