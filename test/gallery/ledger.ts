import type { LedgerSnapshot } from '../../src/shared/contract/ledger.ts'
import type { BlockFacts, BlockLine, EntryRead, LedgerEntry } from '../../src/shared/model/blocks.ts'
import type { EvidenceCheck, ValidationReport } from '../../src/shared/model/consensus.ts'
import type { NameOnLedger } from '../../src/shared/model/ledger.ts'
import { facts, ownStatus } from './ledger-parts.ts'
import type { implementWith, World } from './world.ts'

/** The ledger of a scene: what the window is shown, and what stands behind its calls. */
export interface LedgerScene extends LedgerSnapshot {
  /** Below those of the snapshot, newest first. */
  older: BlockLine[]
  /** Blocks with more to say than their line. */
  facts: BlockFacts[]
  /** Entries that are in blocks. */
  settled: LedgerEntry[]
  check: EvidenceCheck
  /** What an entry holds that was signed elsewhere; null: what is handed in is none. */
  read: EntryRead | null
  /** What this device and its peers say of their chains. */
  reports: ValidationReport[]
}

export function ledgerScene(changes: Partial<LedgerScene> = {}): LedgerScene {
  return {
    status: ownStatus(),
    blocks: [],
    waiting: [],
    rounds: [],
    forks: [],
    evidence: [],
    older: [],
    facts: [],
    settled: [],
    check: { outcome: 'proven', why: 'validator 3 proposed two blocks in slot 1467', holds: [true, true] },
    reports: [],
    read: null,
    ...changes,
  }
}

/** The ledger over one scene. */
export function createLedger(os: ReturnType<typeof implementWith>, world: World) {
  const scene = () => world.scene.ledger
  const all = (): BlockLine[] => [...scene().blocks, ...scene().older]
  const entries = (): LedgerEntry[] => [
    ...scene().waiting,
    ...scene().settled,
    ...scene().facts.flatMap((one) => one.entries ?? []),
  ]
  const owned = (): NameOnLedger[] => {
    const { mine, others } = world.scene.names
    return [...mine.flatMap(({ onLedger }) => onLedger ?? []), ...others]
  }

  return {
    head: os.ledger.head.handler(() => scene().status),
    blocks: os.ledger.blocks.handler(({ input: { before, limit } }) =>
      all().filter(({ height }) => before === undefined || height < before).slice(0, limit),
    ),
    block: os.ledger.block.handler(({ input, errors }) => {
      const isIt = (line: BlockLine): boolean => line.id === input.block || line.height === input.block
      const branches = scene().forks.flatMap(({ chain, other }) => [...chain.blocks, ...other.blocks])
      const known = scene().facts.find(({ line }) => isIt(line))
      const line = [...all(), ...branches].find(isIt)
      if (known !== undefined) return known
      if (line === undefined) throw errors.NOT_FOUND()
      return facts(line, entries().filter(({ place }) => place.at === 'block' && place.height === line.height))
    }),
    entries: os.ledger.entries.handler(({ input: { account, waiting, limit } }) =>
      entries()
        .filter((one) => (account === undefined || one.account === account) && (!waiting || one.place.at === 'pool'))
        .slice(0, limit),
    ),
    entry: os.ledger.entry.handler(({ input, errors }) => {
      const found = entries().find(({ id }) => id === input.id)
      if (found === undefined) throw errors.NOT_FOUND()
      return found
    }),
    prove: os.ledger.prove.handler(({ errors }) => {
      throw errors.NOT_FOUND()
    }),
    submit: os.ledger.submit.handler(() => ({ outcome: 'refused' as const, code: 'name', why: 'not a name' })),
    read: os.ledger.read.handler(({ errors }) => {
      const { read } = scene()
      if (read === null) throw errors.BAD_INPUT()
      return read
    }),
    names: os.ledger.names.handler(({ input: { account } }) =>
      owned().filter(({ owner }) => account === undefined || owner === account),
    ),
    name: os.ledger.name.handler(({ input }) => owned().find(({ name }) => name === input.name) ?? null),
    proveName: os.ledger.proveName.handler(({ errors }) => {
      throw errors.NOT_FOUND()
    }),
    validators: os.ledger.validators.handler(() => scene().status.validators),
    rounds: os.ledger.rounds.handler(() => scene().rounds),
    forks: os.ledger.forks.handler(() => scene().forks),
    evidence: os.ledger.evidence.handler(() => scene().evidence),
    checkEvidence: os.ledger.checkEvidence.handler(() => scene().check),
    validate: os.ledger.validate.handler(({ input: { peers } }) =>
      scene().reports.filter(({ peerId }) => (peers === 'all' ? peerId !== null : peerId === null)),
    ),
    watch: os.ledger.watch.handler(({ signal }) =>
      world.ledger.watch(() => {
        const { status, blocks, waiting, rounds, forks, evidence } = scene()
        return { status, blocks, waiting, rounds, forks, evidence }
      }, signal),
    ),
  }
}
