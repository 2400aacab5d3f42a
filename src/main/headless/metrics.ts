import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { version } from '../node/version.ts'
import type { IntroducerFacts } from './introducer-facts.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
}

/**
 * What Prometheus reads: of the process, and of the introducer as `facts` has it when it is asked. Labels are our own
 * words only: nobody outside can make new ones.
 */
export function createMetrics(facts: () => IntroducerFacts): Metrics {
  const registry = new Registry()
  /** Of no other registry. */
  const registers: Registry[] = []
  collectDefaultMetrics({ register: registry })

  const gauges: readonly (readonly [string, string, (facts: IntroducerFacts) => number])[] = [
    ['latch_registrations', 'Devices whose addresses it knows', ({ introduction }) => introduction?.registrations ?? 0],
    ['latch_reservations', 'Places on the relay that are held', ({ introduction }) => introduction?.reservations ?? 0],
    ['latch_circuits', 'Circuits that are open', ({ introduction }) => introduction?.circuits ?? 0],
    ['latch_connections', 'Connections of libp2p', ({ node }) => node.connections],
    ['latch_draining', '1 while devices are told to move', ({ introduction }) => (introduction?.draining ? 1 : 0)],
  ]
  for (const [name, help, read] of gauges) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read(facts())) })
    registry.registerMetric(gauge)
  }

  const counters: readonly (readonly [string, string, (facts: IntroducerFacts) => number])[] = [
    ['latch_relayed_bytes_total', 'Bytes, both directions', ({ introduction }) => introduction?.relayedBytes ?? 0],
    ['latch_stun_answers_total', 'STUN requests that were answered', ({ stun }) => stun?.answered ?? 0],
  ]
  for (const [name, help, read] of counters) {
    const collect = (): void => countTo(counter, [[{}, read(facts())]])
    const counter: Counter = new Counter({ name, help, registers, collect })
    registry.registerMetric(counter)
  }
  const byReason: readonly (readonly [string, string, (facts: IntroducerFacts) => Record<string, number>])[] = [
    [
      'latch_stun_dropped_total',
      'Datagrams to STUN that got no answer, by reason',
      ({ stun }) => ({ malformed: stun?.malformed ?? 0, 'over-rate': stun?.overRate ?? 0 }),
    ],
    ['latch_refused_total', 'What was refused to others, by reason', ({ introduction }) => introduction?.refused ?? {}],
  ]
  for (const [name, help, read] of byReason) {
    const collect = (): void =>
      countTo(counter, Object.entries(read(facts())).map(([reason, times]) => [{ reason }, times] as const))
    const counter = new Counter({ name, help, labelNames: ['reason'], registers, collect })
    registry.registerMetric(counter)
  }
  const build = new Gauge({ name: 'latch_build_info', help: 'The version', labelNames: ['version'], registers })
  build.set({ version }, 1)
  registry.registerMetric(build)

  return { contentType: registry.contentType, text: () => registry.metrics() }
}

/** The totals are kept elsewhere; prom-client's counters only know how to grow. */
function countTo(counter: Counter, totals: readonly (readonly [Record<string, string>, number])[]): void {
  counter.reset()
  for (const [labels, total] of totals) counter.inc(labels, total)
}
