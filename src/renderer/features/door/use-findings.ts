import { useEffect, useRef, useState } from 'react'
import type { RuleId } from '../../../shared/ids.ts'
import type { Finding, Rule } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { doorStore } from './store.ts'

/** A book of rules that is imported changes line by line; it is looked through once, when that is over. */
const SETTLE_MS = 300

export type Findings = ReadonlyMap<RuleId, readonly Finding[]>

/** Whether two states of a rule decide alike: how often it was used is nothing to the others. */
function saysTheSame(a: Rule, b: Rule): boolean {
  const said = ({ enabled, priority, who, capability, match, verdict, until, suspended }: Rule): string =>
    JSON.stringify([enabled, priority, who, capability, match, verdict, until, suspended])
  return said(a) === said(b)
}

export function sayTheSame(before: ReadonlyMap<RuleId, Rule>, after: ReadonlyMap<RuleId, Rule>): boolean {
  if (before.size !== after.size) return false
  for (const [id, rule] of after) {
    const held = before.get(id)
    if (held === undefined || (held !== rule && !saysTheSame(held, rule))) return false
  }
  return true
}

/** What the door found out about its rules, by rule; asked again when the rules say something else. */
export function useFindings(): Findings {
  const client = useClient()
  const rules = doorStore.use(({ state }) => state.rules)
  const live = doorStore.use(({ freshness }) => freshness === 'live')
  const looked = useRef<ReadonlyMap<RuleId, Rule> | null>(null)
  const [findings, setFindings] = useState<Findings>(new Map())

  useEffect(() => {
    if (!live || (looked.current !== null && sayTheSame(looked.current, rules))) return undefined
    const timer = setTimeout(
      () => {
        looked.current = rules
        client.door.findings().then(
          (found) => setFindings(Map.groupBy(found, ({ rule }) => rule)),
          // The rules can be read without; the next change asks again.
          () => (looked.current = null),
        )
      },
      looked.current === null ? 0 : SETTLE_MS,
    )
    return () => clearTimeout(timer)
  }, [client, live, rules])

  return findings
}
