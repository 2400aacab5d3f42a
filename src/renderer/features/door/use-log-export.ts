import { useRef, useState } from 'react'
import type { LogFilter } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { download } from '../../ui/download.ts'
import { exportedLines } from './log-filter.ts'

/** As much as the node gives at once. */
const PAGE = 1_000

export interface LogExport {
  run: () => void
  cancel: () => void
  busy: boolean
  /** Lines so far, or in all once it is done; null before. */
  lines: number | null
  failure: Failure | null
  dismiss: () => void
}

/** Everything of the log that is wanted, page by page, into one file; the oldest line first, as the chain runs. */
export function useLogExport(filter: LogFilter): LogExport {
  const client = useClient()
  const closing = useRef<AbortController | null>(null)
  const [lines, setLines] = useState<number | null>(null)

  const call = useCall(async () => {
    const { signal } = (closing.current = new AbortController())
    const pages: string[] = []
    let before: number | undefined
    let count = 0
    setLines(0)
    for (;;) {
      const page = await client.door
        .log({ ...filter, limit: PAGE, ...(before === undefined ? {} : { before }) }, { signal })
        .catch((error: unknown) => {
          if (signal.aborted) return null
          throw error
        })
      if (page === null || signal.aborted) return setLines(null)
      count += page.length
      setLines(count)
      pages.push(exportedLines(page.toReversed()))
      before = page.at(-1)?.seq
      if (page.length < PAGE) break
    }
    download(`latch-door-log-${new Date().toISOString().slice(0, 10)}.jsonl`, 'application/x-ndjson', pages.toReversed())
  })
  return {
    run: () => void call.run(),
    cancel: () => closing.current?.abort(),
    busy: call.busy,
    lines,
    failure: call.failure,
    dismiss: call.dismiss,
  }
}
