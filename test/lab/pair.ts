import { KiB } from '../../src/shared/units.ts'
import { eventually } from '../helpers/eventually.ts'
import type { Host, HostReady } from './host.ts'
import type { Kind } from './kinds.ts'
import type { Remote } from './remote.ts'
import type { Paths } from './routes.ts'
import { expected, timeLimitMs, type Expected, type Way } from './theory.ts'
import type { Batch } from './texts.ts'

export interface PairResult {
  readonly a: Kind
  readonly b: Kind
  readonly expected: Expected
  /** Null where they did not connect. */
  readonly how: Way | null
  /** From the click on the link to the first connection, to a first message acknowledged, to a direct path. */
  readonly connectedMs: number | null
  readonly firstMessageMs: number | null
  readonly directMs: number | null
  /** From the first of 5 MB and 200 messages to the last acknowledgement. */
  readonly transferMs: number | null
  /** How often they had no connection at all after the first one. */
  readonly drops: number
  /** One sentence; null where all was as it should be. */
  readonly failed: string | null
}

/** 5 MB in messages of 16 KiB, which is the longest there is. */
const LARGE = { count: Math.ceil(5_000_000 / (16 * KiB)), bytes: 16 * KiB }
const SMALL = { count: 100, bytes: 80 }
/** What physics allows is to be there by then: two dials that fail by their timeout, and the one that works. */
const DIRECT_TIMEOUT_MS = 25_000

export interface Side {
  readonly kind: Kind
  readonly host: Remote<Host>
}

/** One pair from the click on a link to the last byte; without `transfer`, to a direct path. Never rejects. */
export async function runPair(a: Side, b: Side, round: string, { transfer = true } = {}): Promise<PairResult> {
  const { way, why } = expected(a.kind, b.kind)
  const withinMs = timeLimitMs(a.kind, b.kind)
  const [mine, theirs] = [ready(a), ready(b)]
  let result: PairResult = {
    a: a.kind,
    b: b.kind,
    expected: { way, why },
    how: null,
    connectedMs: null,
    firstMessageMs: null,
    directMs: null,
    transferMs: null,
    drops: 0,
    failed: null,
  }
  try {
    const link = await b.host.call('invite')
    const met = await a.host.call('meet', { link, withinMs }, withinMs)
    result = { ...result, connectedMs: met.connectedMs, firstMessageMs: met.firstMessageMs }
    const { peerId } = theirs
    const directMs = way === 'relay' ? null : await a.host.call('untilDirect', { peerId, withinMs: DIRECT_TIMEOUT_MS })
    const transferMs = transfer ? await carry({ a, b, mine, theirs, round, withinMs }) : null
    const paths = await a.host.call('paths', { peerId })
    result = { ...result, directMs: directMs ?? paths.directMs, transferMs, how: wayOf(paths), drops: dropsOf(paths) }
    return { ...result, failed: shortfall(result, paths) }
  } catch (error) {
    return { ...result, failed: error instanceof Error ? error.message : String(error) }
  } finally {
    await part(a, b)
  }
}

/** Until neither knows the other any more. The next round is to begin as this one did. */
async function part(a: Side, b: Side): Promise<void> {
  const areApart = async (): Promise<boolean> => {
    const apart = await Promise.all([a.host.call('forget', ready(b)), b.host.call('forget', ready(a))])
    return apart.every((one) => one)
  }
  let times = 0
  const stayApart = async (): Promise<boolean> => {
    times = (await areApart()) ? times + 1 : 0
    return times === 3
  }
  await eventually('that they are apart', stayApart, { withinMs: 10_000, everyMs: 100 }).catch(() => {})
}

interface Transfer {
  readonly a: Side
  readonly b: Side
  readonly mine: HostReady
  readonly theirs: HostReady
  readonly round: string
  readonly withinMs: number
}

async function carry({ a, b, mine, theirs, round, withinMs }: Transfer): Promise<number> {
  const large: Batch = { label: `large-${round}`, ...LARGE }
  const small: Batch = { label: `small-${round}`, ...SMALL }
  const startMs = performance.now()
  const { account } = theirs
  const sendAll = async (): Promise<void> => {
    for (const batch of [large, small]) await a.host.call('send', { account, batch })
  }
  await Promise.all([sendAll(), b.host.call('send', { account: mine.account, batch: small })])
  await Promise.all([
    a.host.call('delivered', { label: large.label, withinMs }, withinMs + 5_000),
    a.host.call('delivered', { label: small.label, withinMs }, withinMs + 5_000),
    b.host.call('delivered', { label: small.label, withinMs }, withinMs + 5_000),
  ])
  const tookMs = performance.now() - startMs
  const verdicts = await Promise.all([
    b.host.call('judge', { account: mine.account, batch: large }),
    b.host.call('judge', { account: mine.account, batch: small }),
    a.host.call('judge', { account: theirs.account, batch: small }),
  ])
  const wrong = verdicts.find((verdict) => verdict.outcome === 'wrong')
  if (wrong !== undefined) throw new Error(`what arrived is not what was sent: ${wrong.why}`)
  return tookMs
}

function dropsOf({ was }: Paths): number {
  const states = was.map((state) => state.includes(' '))
  return states.filter((isConnected, i) => !isConnected && states[i - 1] === true).length
}

/** The best that was reached: a path that broke and was not found again shows among the drops. */
function wayOf({ state, was }: Paths): Way | null {
  if (state !== 'connected') return null
  const direct = was.findLast((one) => one.startsWith('direct '))
  if (direct === undefined) return 'relay'
  return direct.includes('webrtc') ? 'webrtc' : 'tcp'
}

function shortfall({ how, expected: { way } }: PairResult, { was }: Paths): string | null {
  if (how === null) return `not connected at the end (${was.join(', ')})`
  return how === 'relay' && way !== 'relay' ? `stayed on the relay where ${way} works (${was.join(', ')})` : null
}

function ready({ host }: Side): HostReady {
  return host.ready as HostReady
}
