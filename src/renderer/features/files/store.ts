import type { FilesEvent, FilesSnapshot } from '../../../shared/contract/files.ts'
import type { MessageId, TransferId } from '../../../shared/ids.ts'
import type { Transfer } from '../../../shared/model/files.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

export interface FilesState {
  transfers: ReadonlyMap<TransferId, Transfer>
  /** Where files go that nobody chose another folder for. */
  folder: string
}

export function resetFiles(_: FilesState, { transfers, folder }: FilesSnapshot): FilesState {
  return { transfers: new Map(transfers.map((transfer) => [transfer.id, transfer])), folder }
}

export function applyFilesEvent(state: FilesState, event: FilesEvent): FilesState {
  const transfers = new Map(state.transfers)
  if (event.event === 'transfer-changed') transfers.set(event.transfer.id, event.transfer)
  else transfers.delete(event.id)
  return { ...state, transfers }
}

/** Files on their way, and those that came and went, by their id. */
export const filesStore = createFedStore<FilesState, FilesSnapshot, FilesEvent>({
  initial: { transfers: new Map(), folder: '' },
  reset: resetFiles,
  apply: applyFilesEvent,
})

/** The way of one file of a message; null while there is none. */
export function useTransfer(message: MessageId, file: Transfer['offer']['file']): Transfer | null {
  return filesStore.use(({ state }) => {
    for (const transfer of state.transfers.values()) {
      if (transfer.message === message && transfer.offer.file === file) return transfer
    }
    return null
  })
}
