import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import { SECOND } from '../../../src/shared/units.ts'
import type { Remote } from '../../lab/remote.ts'
import { ratio, type Figure } from '../report.ts'
import { summarize, type Summary } from '../stats.ts'
import type { Loaded } from './browser.ts'
import type { ClientCalls, Server } from './client.ts'
import type { Measured } from './measured.ts'
import { type Home, LONG_MS, SITE } from './programs.ts'

const suite = 'sites'
/** What a connection brings with it (who they are, what they know of names) is over. */
const SETTLING_MS = 1 * SECOND
/** Somebody here connects anew now and then, just after the owner hung up. */
const HANG_UPS = 10

/** Who is measured, over one kind of link. */
export interface Contenders {
  readonly link: string
  readonly owner: Home
  readonly visitor: Home
  readonly client: Remote<ClientCalls>
  readonly https: Server
  readonly gateway: Server
}

interface Figures {
  readonly first: Summary
  readonly whole: Summary
}

/** The page, everything open: beside HTTPS with connections that are kept. */
export async function warmLoads({ link, visitor, client, https, gateway }: Contenders, { loads, warmUp }: Measured): Promise<Figure[]> {
  const took = await inTurn(
    {
      latch: () => visitor.call('load', { site: SITE }),
      https: () => client.call('load', { server: https, isCold: false }),
      gateway: () => client.call('load', { server: gateway, isCold: false }),
    },
    loads,
    warmUp,
  )
  return [
    ...figuresOf(`warm, ${link}: HTTPS`, took.https),
    ...figuresOf(`warm, ${link}: Latch`, took.latch, took.https, { first: '≤ 1.5 × HTTPS', whole: '≤ 2 × HTTPS' }),
    ...figuresOf(`warm, ${link}: by the gateway`, took.gateway, took.https),
  ]
}

/** With no connection, and nothing kept of the name; HTTPS: with no connection, and no name to look up. */
export async function coldLoads({ link, owner, visitor, client, https }: Contenders, { coldLoads: rounds }: Measured): Promise<Figure[]> {
  let failures = 0
  const latch = async (): Promise<Loaded> => {
    for (;;) {
      await apart(owner, visitor)
      const loaded = await visitor.call('loadCold', { site: SITE }).catch(() => null)
      if (loaded !== null) return loaded
      failures += 1
      if (failures > rounds) throw new Error('cold, it opens less often than not')
    }
  }
  const took = await inTurn({ latch, https: () => client.call('load', { server: https, isCold: true }) }, rounds, 1)
  const failed = (failures / (failures + rounds)) * 100
  return [
    ...figuresOf(`cold, ${link}: HTTPS`, took.https),
    ...figuresOf(`cold, ${link}: Latch`, took.latch, took.https),
    { suite, what: `cold, ${link}: Latch, loads that failed`, unit: '%', summary: summarize([failed]), goal: '0 %' },
  ]
}

/** Requests for a small file, one after another and several at once. */
export async function rates({ link, visitor, client, https }: Contenders, { rates: { forMs, rounds } }: Measured): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const atOnce of [1, 6, 32]) {
    const took = { latch: [] as number[], https: [] as number[] }
    for (let round = 0; round < rounds + 1; round++) {
      const [latch, other] = [await visitor.call('many', { site: SITE, atOnce, forMs }), await client.call('many', { server: https, atOnce, forMs })]
      if (round === 0) continue
      took.latch.push(latch)
      took.https.push(other)
    }
    const [ours, theirs] = [summarize(took.latch), summarize(took.https)]
    const what = `requests of 1 KiB, ${atOnce} at once, ${link}`
    figures.push(
      { suite, what: `${what}: HTTPS`, unit: '/s', summary: theirs },
      { suite, what: `${what}: Latch`, unit: '/s', summary: ours, ...ratio(ours, theirs, 'HTTPS') },
    )
  }
  return figures
}

/** Until there is no connection between them: each as after a night. */
async function apart(owner: Home, visitor: Home): Promise<void> {
  await delay(systemClock, SETTLING_MS)
  for (let tries = 0; tries < HANG_UPS; tries++) {
    await owner.call('hangUp', { peerId: visitor.facts.peerId })
    if (await visitor.call('isGone', { peerId: owner.facts.peerId }, LONG_MS)) return
  }
  throw new Error('they do not come apart')
}

async function inTurn<Name extends string>(contenders: Record<Name, () => Promise<Loaded>>, rounds: number, warmUp: number): Promise<Record<Name, Figures>> {
  const names = Object.keys(contenders) as Name[]
  const took = new Map(names.map((name): [Name, Loaded[]] => [name, []]))
  for (let round = 0; round < rounds + warmUp; round++) {
    for (const name of names) {
      const loaded = await contenders[name]()
      if (round >= warmUp) took.get(name)?.push(loaded)
    }
  }
  const figures = (loads: readonly Loaded[]): Figures => ({
    first: summarize(loads.map(({ firstByteMs }) => firstByteMs)),
    whole: summarize(loads.map(({ ms }) => ms)),
  })
  return Object.fromEntries([...took].map(([name, loads]) => [name, figures(loads)])) as Record<Name, Figures>
}

function figuresOf(what: string, took: Figures, https?: Figures, goals: Partial<Record<keyof Figures, string>> = {}): Figure[] {
  const said = { first: 'first byte', whole: 'a page of 50 files' } as const
  return (['first', 'whole'] as const).map((which) => ({
    suite,
    what: `${what}, ${said[which]}`,
    unit: 'ms',
    summary: took[which],
    ...(https === undefined ? {} : ratio(took[which], https[which], 'HTTPS')),
    ...(goals[which] === undefined ? {} : { goal: goals[which] }),
  }))
}
