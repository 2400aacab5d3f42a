import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { ReadAddress } from '../address.ts'
import type { BrowseExits } from '../types.ts'
import type { Exit } from './room-parts.ts'

/**
 * Through whose device an address of the outside web opens: the one that was named, or the one that the tab goes through anyway.
 * Null: through nobody's; the person is asked whether the system's browser opens it. Errors: LatchError BAD_INPUT, NOT_FOUND.
 */
export function exitFor(address: ReadAddress | null, wanted: PeerId | undefined, current: Exit | null, exits: Pick<BrowseExits, 'find'>): Exit | null {
  if (address?.outcome !== 'outside') {
    if (wanted === undefined) return null
    throw new LatchError('BAD_INPUT', 'Through an exit only addresses of the outside web open: https://…')
  }
  const peerId = wanted ?? current?.peerId
  if (peerId === undefined) return null
  if (address.isLocal) throw new LatchError('BAD_INPUT', 'No exit goes to this machine, or to addresses of a private network.')
  if (new URL(address.url).port !== '') throw new LatchError('BAD_INPUT', 'An exit goes to the usual port of https only.')
  const exit = exits.find(peerId)
  if (exit === null) throw new LatchError('NOT_FOUND', 'That device offers you no way to the outside web.')
  return { peerId, account: exit.account, called: exit.called }
}
