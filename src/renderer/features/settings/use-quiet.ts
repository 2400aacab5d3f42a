import { useState } from 'react'
import {
  lasts,
  quietFor,
  quietSpans,
  quietUntilMs,
  type DoNotDisturb,
  type QuietSpan,
  type Settings,
} from '../../../shared/model/settings.ts'
import { MINUTE, SECOND } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { useNow } from '../../ui/use-now.ts'
import { clock, daysBetween, shortDate } from '../../ui/when.ts'
import { settingsStore } from './store.ts'

export interface Quiet {
  /** What was chosen is not known yet, so nothing can be changed of it. */
  isLoading: boolean
  /** When it ends, as it is said; null where it is off, or has no end. */
  end: string | null
  /** As it is now: one that is over is off. */
  doNotDisturb: DoNotDisturb
  choose: (chosen: QuietSpan | 'off') => void
  letContacts: (contacts: boolean) => void
  failure: Failure | null
  dismiss: () => void
}

/** Whether nobody is to disturb now, until when, and how to change that. */
export function useQuiet(): Quiet {
  const client = useClient()
  const isLoading = settingsStore.use(({ freshness }) => freshness === 'loading')
  const stored = settingsStore.use(({ state }) => state.doNotDisturb)
  const nowMs = useNow(SECOND)
  const isOn = lasts(stored, nowMs)
  const doNotDisturb = isOn ? stored : { ...stored, on: false, untilMs: null }
  const change = useCall((changed: DoNotDisturb): Promise<Settings> => client.settings.set({ doNotDisturb: changed }))
  const { untilMs } = doNotDisturb
  return {
    isLoading,
    end: untilMs === null ? null : endText(untilMs, nowMs),
    doNotDisturb,
    choose: (chosen) => void change.run(quietFor(chosen, doNotDisturb, Date.now())),
    letContacts: (contacts) => void change.run({ ...doNotDisturb, contacts }),
    failure: change.failure,
    dismiss: change.dismiss,
  }
}

/** Which of the choices this is, as far as its end tells; null where it is off. */
export function spanOf({ on, untilMs }: DoNotDisturb, nowMs: number): QuietSpan | null {
  if (!on) return null
  return quietSpans.find((span) => quietUntilMs(span, nowMs) === untilMs) ?? 'hour'
}

/** The choice that the switch would make: the one that holds, or else the one picked here last. */
export function useSpan(doNotDisturb: DoNotDisturb): [span: QuietSpan, pick: (span: QuietSpan) => void] {
  const [picked, pick] = useState<QuietSpan>('open')
  return [spanOf(doNotDisturb, useNow(MINUTE)) ?? picked, pick]
}

/** The end as it is said: a time today, or a day and a time. */
function endText(untilMs: number, nowMs: number): string {
  return daysBetween(nowMs, untilMs) === 0 ? clock(untilMs) : shortDate(untilMs)
}
