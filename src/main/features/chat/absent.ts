import { LatchError } from '../../../shared/errors.ts'
import type { PinNames } from './index.ts'
import type { ChatFiles } from './types.ts'

/** Where there is no ledger. */
export const noNames: PinNames = { network: () => '', ownerOf: () => 'unknown', wordsWith: () => [] }

/** Where no files are handed on. */
export const noFiles: ChatFiles = {
  offerOf: () => {
    throw new LatchError('NOT_FOUND', 'There is no staged file of that id.')
  },
  sent: () => {},
  offered: () => {},
  withdrawn: () => {},
}
