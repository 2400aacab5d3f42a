import { useEffect, useState } from 'react'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import type { Failure } from '../../bridge/failure.ts'

const SAID_MS = 1_600

/** Copies the report as main writes it; says for a moment that it did, or why it could not. */
export function useReport(): { copied: boolean; copy: () => void; failure: Failure | null; dismiss: () => void } {
  const client = useClient()
  const [copied, setCopied] = useState(false)
  const { run, failure, dismiss } = useCall(async () => {
    const { text } = await client.reach.report()
    // Where the system refuses, nothing is said to have happened.
    await navigator.clipboard.writeText(text).then(() => setCopied(true), () => {})
  })
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return { copied, copy: () => void run(), failure, dismiss }
}
