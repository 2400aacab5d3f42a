import { useEffect, useState } from 'react'
import type { Hit, Query } from '../../../shared/model/search.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'

/** Between two letters of somebody who types; what is asked sooner is thrown away. */
const TYPING_MS = 120

export interface Found {
  /** Those of the last answer stay in sight while the next one is awaited. */
  hits: readonly Hit[]
  next: string | null
  tookMs: number
  /** For which question they are; null before the first answer. */
  of: string | null
}

const nothing: Found = { hits: [], next: null, tookMs: 0, of: null }

export interface Hits extends Found {
  isAsking: boolean
  failure: Failure | null
  more: () => void
  retry: () => void
}

/** What is found for a question, as it is typed: the call for an older one is cancelled. Null asks nothing. */
export function useHits(query: Query | null): Hits {
  const client = useClient()
  const key = query === null ? null : JSON.stringify(query)
  const [found, setFound] = useState<Found>(nothing)
  const [failed, setFailed] = useState<{ of: string; failure: Failure } | null>(null)
  const [wanted, setWanted] = useState<{ next: string; of: string } | null>(null)
  const [tries, setTries] = useState(0)

  const question = key === null ? null : `${tries} ${key}`
  useEffect(() => {
    if (question === null) return undefined
    const closing = new AbortController()
    const key = question.slice(question.indexOf(' ') + 1)
    const timer = setTimeout(() => {
      client.search.find(JSON.parse(key) as Query, { signal: closing.signal }).then(
        (answer) => {
          if (closing.signal.aborted) return
          setFound({ ...answer, of: key })
          setFailed(null)
        },
        (error: unknown) => {
          if (!closing.signal.aborted) setFailed({ of: key, failure: failureOf(error) })
        },
      )
    }, TYPING_MS)
    return () => {
      clearTimeout(timer)
      closing.abort()
    }
  }, [client, question])

  const next = wanted !== null && wanted.of === key && wanted.next === found.next ? wanted.next : null
  useEffect(() => {
    if (key === null || next === null) return undefined
    const closing = new AbortController()
    client.search.find({ ...(JSON.parse(key) as Query), next }, { signal: closing.signal }).then(
      (answer) => {
        if (closing.signal.aborted) return
        setFound((was) => (was.of === key ? { ...was, hits: [...was.hits, ...answer.hits], next: answer.next } : was))
      },
      (error: unknown) => {
        if (!closing.signal.aborted) setFailed({ of: key, failure: failureOf(error) })
      },
    )
    return () => closing.abort()
  }, [client, key, next])

  const failure = failed !== null && failed.of === key ? failed.failure : null
  const shown = key === null ? nothing : found
  return {
    ...shown,
    isAsking: key !== null && failure === null && (found.of !== key || next !== null),
    failure,
    more: () => {
      if (key !== null && found.next !== null) setWanted({ next: found.next, of: key })
    },
    retry: () => {
      setFailed(null)
      setWanted(null)
      setTries((count) => count + 1)
    },
  }
}
