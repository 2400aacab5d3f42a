import type { Fuel } from '../../../shared/model/peers.ts'

/** What is left of a circuit at a time. */
export interface Gauge {
  /** From 1, full, to 0; of time and data, the one that ends first. Null: nothing ends it. */
  readonly share: number | null
  readonly data: { readonly leftBytes: number; readonly ofBytes: number } | null
  readonly leftMs: number | null
  /** Which of the two ends it first. */
  readonly first: 'data' | 'time' | null
}

export function gaugeOf({ dataBytes, leftBytes, durationMs, untilMs }: Fuel, nowMs: number): Gauge {
  const data = dataBytes === null ? null : { leftBytes: clamp(leftBytes ?? dataBytes, dataBytes), ofBytes: dataBytes }
  const leftMs = untilMs === null ? null : Math.max(0, untilMs - nowMs)
  const dataShare = data === null || data.ofBytes === 0 ? null : data.leftBytes / data.ofBytes
  const timeShare = leftMs === null || durationMs === null || durationMs === 0 ? null : clamp(leftMs, durationMs) / durationMs
  const isTimeFirst = timeShare !== null && (dataShare === null || timeShare < dataShare)
  const first = isTimeFirst ? 'time' : dataShare === null ? null : 'data'
  return { share: isTimeFirst ? timeShare : dataShare, data, leftMs, first }
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value))
}
