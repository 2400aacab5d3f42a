import { useEffect, useState } from 'react'
import type { Transfer } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { pictureHead } from './sizes.ts'
import { isTooLarge } from './picture.ts'

export interface Shown {
  /** An address of this window's own; null while it is asked for, or where there is nothing to show. */
  url: string | null
  failed: boolean
}

const nothing: Shown = { url: null, failed: false }

/** A picture or a voice note that is whole, as something that can be shown; `wanted` false asks for nothing. */
export function useBytes(transfer: Transfer | null, wanted: boolean): Shown {
  const client = useClient()
  const [shown, setShown] = useState<Shown & { of: string | null }>({ ...nothing, of: null })
  const id = transfer !== null && isWhole(transfer) && wanted ? transfer.id : null
  const kind = transfer?.offer.kind
  useEffect(() => {
    if (id === null) return undefined
    let url: string | null = null
    let gone = false
    client.files.bytes({ id }).then(
      ({ type, data }) => {
        if (gone) return
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
        const head = kind === 'picture' ? pictureHead(bytes) : null
        // What it says of itself is looked at before anything of it is unpacked.
        if (kind === 'picture' && (head === null || isTooLarge(head))) return setShown({ url: null, failed: true, of: id })
        url = URL.createObjectURL(new Blob([bytes], { type: head?.type ?? type }))
        setShown({ url, failed: false, of: id })
      },
      () => !gone && setShown({ url: null, failed: true, of: id }),
    )
    return () => {
      gone = true
      if (url !== null) URL.revokeObjectURL(url)
    }
  }, [client, id, kind])
  return shown.of === id ? shown : nothing
}

/** Whether all of it lies on this machine. */
export function isWhole({ direction, state }: Transfer): boolean {
  return state === 'done' || (direction === 'out' && state !== 'gone' && state !== 'cancelled' && state !== 'failed')
}
