import { checkName } from '../../../src/main/features/ledger/index.ts'
import type { NamesLedger, NamesNetwork } from '../../../src/main/features/names/types.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { NetworkId } from '../../../src/shared/model/ledger.ts'
import { DAY } from '../../../src/shared/units.ts'
import { me, NETWORK, type World } from './resolver-world.ts'

export const RULES: NamesNetwork['rules'] = { claimMinBlocks: 1, entryBits: 0, nameBits: 0, bitsPerName: 0, endingMs: 36.5 * DAY, graceMs: 30 * DAY }

export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The ledger of a world as names see it: what a test put there, and nobody who decides. */
export function ledgerIn(at: World) {
  const state: { active: NetworkId; isOpen: boolean; isEnded: boolean } = { active: NETWORK, isOpen: true, isEnded: false }
  const open = (): void => {
    if (!state.isOpen) throw new LatchError('BUSY', 'The ledger is being opened or closed.')
  }
  const sync = (): ReturnType<NamesLedger['head']>['sync'] => {
    if (at.behind === null) return { state: 'ready', sinceMs: 0 }
    const { blocksLeft } = at.behind
    if (blocksLeft === null) return { state: 'looking' }
    return { state: 'catching-up', step: 'blocks', height: 12, target: 12 + blocksLeft, from: [] }
  }
  const ledger: NamesLedger = {
    active: () => ({ id: state.active, tld: 'peer', rules: RULES }),
    checkName,
    head: () => (open(), { block: null, height: 12, atMs: at.headMs, sync: sync() }),
    name: (name) => (open(), at.names.get(name) ?? null),
    names: (account = me.account) => (open(), [...at.names.values()].filter(({ owner }) => owner === account)),
    offers: () => (open(), [...at.names.values()].filter(({ offeredTo }) => offeredTo === me.account)),
    isEnded: () => (open(), state.isEnded),
    submit: async () => (open(), { outcome: 'refused', code: 'claim', why: 'Nobody decides here.' }),
    entry: () => {
      throw new LatchError('NOT_FOUND')
    },
    entries: () => (open(), []),
    onChanged: () => () => {},
  }
  return { state, ledger }
}
