import { type Figure, ratio } from '../report.ts'
import { summarize } from '../stats.ts'
import type { Measured } from './measured.ts'
import { manyFiles, writeFiles } from './page.ts'
import { type Home, LONG_MS, SITE, type Street, temporaryFolder, visitor } from './programs.ts'

const suite = 'sites'
const COPIED = `docs.${SITE}`
/** Beside the owner. */
const HOLDERS = 3
const FURTHER_PAGES = 40

interface Kept {
  /** In MB/s. */
  readonly speeds: number[]
  /** The most that gave of it. */
  readonly sources: number
}

/** A site of many files: made into a copy, kept from one and from several, and read while its owner is away. Ends the owner. */
export async function copies(street: Street, { copies: { files: count, rounds } }: Measured): Promise<Figure[]> {
  await using folder = await temporaryFolder()
  const files = manyFiles(count)
  await writeFiles(folder.path, files)
  const { owner } = street
  const made: number[] = []
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await owner.call('unpublish', { site: COPIED }, LONG_MS)
    const { ms, bytes } = await owner.call('publishWithCopy', { site: COPIED, folder: folder.path }, LONG_MS)
    made.push(bytes / 1e3 / ms)
  }
  const homes: Home[] = []
  const open = async (known: readonly Home[]): Promise<Home> => {
    const one = await visitor(street, { listens: true })
    homes.push(one)
    for (const { facts } of known) await one.call('connect', { address: facts.address })
    return one
  }
  try {
    const fromOne = await keeping(await open([]), rounds)
    const holders: Home[] = []
    for (let at = 0; at < HOLDERS; at++) {
      const holder = await open([])
      await holder.call('keep', { site: COPIED }, LONG_MS)
      holders.push(holder)
    }
    // Another one: whoever said that they have none is not asked again for a minute.
    const reader = await open(holders)
    const fromSeveral = await keeping(reader, rounds)
    const [one, several] = [summarize(fromOne.speeds), summarize(fromSeveral.speeds)]
    const what = `copy of ${count} files`
    return [
      { suite, what: `${what}: made`, unit: 'MB/s', summary: summarize(made) },
      { suite, what: `${what}: kept, where the owner alone has it`, unit: 'MB/s', summary: one },
      { suite, what: `${what}: kept, where ${HOLDERS + 1} have it, of whom ${fromSeveral.sources} gave`, unit: 'MB/s', summary: several, ...ratio(several, one, 'the owner alone') },
      ...(await whileAway(owner, reader, files.map(({ path }) => path))),
    ]
  } finally {
    for (const one of homes) await one.stop()
  }
}

async function keeping(reader: Home, rounds: number): Promise<Kept> {
  const speeds: number[] = []
  let sources = 0
  for (let round = 0; round < rounds; round++) {
    const kept = await reader.call('keep', { site: COPIED }, LONG_MS)
    speeds.push(kept.bytes / 1e3 / kept.ms)
    sources = Math.max(sources, kept.sources)
    await reader.call('drop', { site: COPIED }, LONG_MS)
  }
  return { speeds, sources }
}

/** The owner's process ends without a word; somebody asks who has been there before. */
async function whileAway(owner: Home, reader: Home, paths: readonly string[]): Promise<Figure[]> {
  await reader.call('firstBytes', { site: COPIED, paths: paths.slice(0, 1) })
  await owner.kill()
  const first = await reader.call('firstBytes', { site: COPIED, paths: paths.slice(1, 2) })
  const others = await reader.call('firstBytes', { site: COPIED, paths: paths.slice(2, 2 + FURTHER_PAGES) })
  const sources = [...new Set([...first.sources, ...others.sources])].join(' and ')
  return [
    { suite, what: `owner away: first byte of the first page (${sources})`, unit: 'ms', summary: summarize(first.ms) },
    { suite, what: 'owner away: first byte of each further page', unit: 'ms', summary: summarize(others.ms) },
  ]
}
