import { useState } from 'react'
import type { MyName, Publication, Zone } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { applyNamesEvent } from './state.ts'
import { namesStore } from './store.ts'
import {
  changesOf,
  draftOf,
  faultsOf,
  isChanged,
  putBack,
  recordOf,
  removeRow,
  type RecordDraft,
  type ZoneDraft,
} from './zone-draft.ts'
import { useZoneDrafts } from './zone-drafts.ts'

export interface ZoneEdit {
  draft: ZoneDraft
  change: (draft: ZoneDraft) => void
  /** How many things differ from what was signed; 0: nothing is to be saved. */
  changes: number
  /** Rows that cannot be signed as they are; said once it was tried. */
  faulty: number
  /** Signing was tried: whatever is wrong is said, also where nobody was yet. */
  wasTried: boolean
  /** Resolves when it was signed and told, or was not. */
  save: () => Promise<void>
  isBusy: boolean
  discard: () => void
  failure: Failure | null
  /** What the feature says is wrong, and in which row; null: in none of them. */
  refusal: { why: string; row: number | null } | null
  dismiss: () => void
  /** Of the last one that was signed here. */
  done: Publication | null
  /** A newer one than that which was edited, and what is written differs from it. */
  newer: Zone | null
  keepMine: () => void
  takeNewer: () => void
  remove: (row: RecordDraft) => void
  removed: { row: RecordDraft; undo: () => void } | null
}

/** The zone of a name as it is edited: nothing of it is lost until it is signed or discarded. */
export function useZoneEdit(name: MyName): ZoneEdit {
  const client = useClient()
  const network = namesStore.use(({ state }) => state.network)
  const key = `${network ?? ''}/${name.name}`
  const { drafts, put } = useZoneDrafts()
  const kept = drafts.get(key)
  const draft = kept ?? draftOf(name.zone)
  const [wasTried, setWasTried] = useState(false)
  const [refusal, setRefusal] = useState<ZoneEdit['refusal']>(null)
  const [done, setDone] = useState<Publication | null>(null)
  const [gone, setGone] = useState<{ row: RecordDraft; place: number } | null>(null)
  /** What a call found to be newer, where the store was not told yet. */
  const [found, setFound] = useState<Zone | null>(null)

  const changes = isChanged(draft) ? changesOf(draft) : 0
  const faulty = draft.rows.filter((row) => Object.keys(faultsOf(row)).length > 0).length
  const newest = found !== null && found.seq > (name.zone?.seq ?? 0) ? found : name.zone
  // Signed anew with the same records: what was edited is still the newest.
  const isSame = newest !== null && draftOf(newest).before === draft.before
  const after = isSame ? newest.seq : draft.after

  const change = (next: ZoneDraft): void => {
    put(key, next)
    setDone(null)
    const row = next.rows.find(({ id }) => id === refusal?.row)
    if (row !== undefined && row !== draft.rows.find(({ id }) => id === row.id)) setRefusal(null)
  }
  const settle = (): void => {
    setWasTried(false)
    setRefusal(null)
    setGone(null)
    setFound(null)
  }
  const call = useCall(async () => {
    setRefusal(null)
    try {
      const answer = await client.names.setZone({ name: name.name, records: draft.rows.map(recordOf), ttlMs: draft.ttlMs, after })
      if (answer.outcome === 'refused') {
        setRefusal({ why: answer.why, row: answer.record === null ? null : (draft.rows[answer.record]?.id ?? null) })
        return
      }
      const { zone, publication } = answer
      const { state } = namesStore.api.getState()
      const told = state.mine.get(name.name) ?? name
      // The event of it may come after the page that shows it; a later one is not undone, and another network has no such name.
      if (state.network === network && (told.zone?.seq ?? 0) <= zone.seq) {
        const event = { event: 'name-changed', name: { ...told, zone, publication } } as const
        namesStore.change((state) => applyNamesEvent(state, event))
      }
      put(key, null)
      settle()
      setDone(publication)
    } catch (error) {
      // Said by what is newer, where that can be had.
      setFound(await client.names.zone({ name: name.name }).catch(() => null))
      throw error
    }
  })
  const newer = changes > 0 && !call.busy && newest !== null && !isSame && newest.seq > draft.after ? newest : null

  return {
    draft,
    change,
    changes,
    faulty,
    wasTried,
    save: async () => {
      setWasTried(true)
      if (faulty === 0) await call.run()
    },
    isBusy: call.busy,
    discard: () => {
      put(key, null)
      settle()
      call.dismiss()
    },
    failure: call.failure?.code === 'CONFLICT' && newer !== null ? null : call.failure,
    refusal,
    dismiss: () => {
      setRefusal(null)
      call.dismiss()
    },
    done,
    newer,
    keepMine: () => {
      if (newer === null) return
      put(key, { ...draft, after: newer.seq, before: draftOf(newer).before })
      call.dismiss()
    },
    takeNewer: () => {
      put(key, newer === null ? null : draftOf(newer))
      settle()
      call.dismiss()
    },
    remove: (row) => {
      setGone({ row, place: draft.rows.indexOf(row) })
      change(removeRow(draft, row.id))
    },
    removed:
      gone === null || draft.rows.some(({ id }) => id === gone.row.id)
        ? null
        : {
            row: gone.row,
            undo: () => {
              change(putBack(draft, gone.row, gone.place))
              setGone(null)
            },
          },
  }
}
