import type { Remote } from '../../lab/remote.ts'
import { ratio, type Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import type { Contenders } from './loads.ts'
import type { Measured } from './measured.ts'
import { LONG_MS, SITE } from './programs.ts'
import { type Taken, watching } from './watching.ts'
import type { Web } from './web.ts'

const suite = 'sites'

interface Round {
  readonly ms: number
  readonly sender: Taken
  readonly reader: Taken
}

/** One large file, beside as many bytes over raw TLS 1.3 and the same file over HTTPS. */
export async function downloads(
  { owner, visitor, client, https }: Pick<Contenders, 'owner' | 'visitor' | 'client' | 'https'>,
  web: Remote<unknown>,
  { download: { bytes, rounds } }: Measured,
): Promise<Figure[]> {
  const { tls: port } = web.ready as Web
  const pid = (one: Remote<unknown>): number => one.process.pid ?? 0
  const ways = {
    latch: () => round([owner.pid, visitor.pid], () => visitor.call('download', { site: SITE }, LONG_MS)),
    tls: () => round([pid(web), pid(client)], () => client.call('rawDownload', { port, bytes }, LONG_MS)),
    https: () => round([pid(web), pid(client)], () => client.call('download', { server: https }, LONG_MS)),
  }
  const took: Record<keyof typeof ways, Round[]> = { latch: [], tls: [], https: [] }
  // One round in vain: memory that is taken once is not what is looked for.
  for (let made = 0; made < rounds + 1; made++) {
    for (const way of ['latch', 'tls', 'https'] as const) {
      const one = await ways[way]()
      if (made > 0) took[way].push(one)
    }
  }
  const speed = (of: readonly Round[]) => summarize(of.map(({ ms }) => bytes / 1e3 / ms))
  const [latch, tls, plain] = [speed(took.latch), speed(took.tls), speed(took.https)]
  const what = `download of ${bytes / 1024 ** 2} MiB`
  return [
    { suite, what: `${what}: raw TLS 1.3`, unit: 'MB/s', summary: tls },
    { suite, what: `${what}: HTTPS`, unit: 'MB/s', summary: plain, ...ratio(plain, tls, 'raw TLS') },
    { suite, what: `${what}: Latch`, unit: 'MB/s', summary: latch, ...ratio(latch, tls, 'raw TLS'), goal: '≥ 0.5 × raw TLS' },
    ...(['sender', 'reader'] as const).flatMap((end) => taken(`${what}: Latch, the ${end === 'sender' ? 'owner' : 'visitor'}`, took.latch.map((one) => one[end]))),
    ...(['sender', 'reader'] as const).flatMap((end) => taken(`${what}: raw TLS, the ${end}`, took.tls.map((one) => one[end])).slice(-1)),
  ]
}

async function round(pids: readonly [sender: number, reader: number], run: () => Promise<number>): Promise<Round> {
  const { value, taken: [sender, reader] } = await watching(pids, run)
  if (sender === undefined || reader === undefined) throw new Error('two were watched')
  return { ms: value, sender, reader }
}

function taken(what: string, of: readonly Taken[]): Figure[] {
  return [
    { suite, what: `${what}, memory before (RSS)`, unit: 'MiB', summary: summarize(of.map(({ beforeMiB }) => beforeMiB)) },
    { suite, what: `${what}, memory at most`, unit: 'MiB', summary: summarize(of.map(({ mostMiB }) => mostMiB)) },
    { suite, what: `${what}, processor`, unit: '% of a core', summary: summarize(of.map(({ processor }) => processor)) },
  ]
}
