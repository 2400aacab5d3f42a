import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KiB } from '../../src/shared/units.ts'
import { seeded } from '../bench/names/random.ts'
import { eventually } from '../helpers/eventually.ts'
import { account, type Ledgered } from './accounts.ts'
import { flatness, type FlatFigure, type Moment } from './figures.ts'
import { Home } from './homes.ts'

export interface SoakOptions {
  readonly forMs: number
  readonly seed: number
  /** Homes that come and go, beside the two that stay. */
  readonly guests: number
  readonly say?: (line: string) => void
}

export interface SoakResult {
  readonly seed: number
  readonly ranMs: number
  readonly counts: {
    messages: number
    /** Cut off by a kill: stored or not, and alike on both sides. */
    cutOff: number
    files: number
    claims: number
    /** How often a name went to another owner. */
    passed: number
    pages: number
    stops: number
    kills: number
  }
  readonly figures: readonly FlatFigure[]
  /** Handles and open files of those who stay, with nobody else there: before, and after. */
  readonly atRest: Readonly<Record<string, { handles: [number, number]; descriptors: [number, number] }>>
  /** Everything that is wrong, in sentences. */
  readonly problems: readonly string[]
}

const PATIENCE = { withinMs: 120_000, everyMs: 100 }
const SAMPLE_EVERY_MS = 4_000
const CLAIM_EVERY_MS = 10_000
/** Work for an entry, and two blocks, beside everything else. */
const LEDGER_MS = 180_000
const TRAVELLER = 'traveller'
/** Of a node at rest: what it looks after in its own time, and what begins when it is first needed: 5 to 10 descriptors were seen. Less than one for each who came and went. */
const REST_SLACK = 16

const PAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 20 }, (_, page) => [`page-${page}.html`, `<h1>${page}</h1>${'abc '.repeat(500 * (page + 1))}`]),
)

/** Two nodes that stay and some that come and go, for so long; then every message, file and name is looked for. Gives what was found; rejects only where it cannot go on. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const root = await mkdtemp(join(tmpdir(), 'latch-soak-'))
  const run = new Soak(options, root)
  try {
    return await run.run()
  } finally {
    await run.end()
    await rm(root, { recursive: true, force: true })
  }
}

class Soak {
  readonly #options: SoakOptions
  readonly #random: () => number
  readonly #ana: Home
  readonly #bea: Home
  readonly #guests: readonly Home[]
  readonly #written = new Map<string, Ledgered>()
  /** For each two, the last that was begun: what is written next is written after it. */
  readonly #writing = new Map<string, Promise<unknown>>()
  readonly #files: { readonly to: Home; readonly name: string; hash: string }[] = []
  /** Whose each name is to be. */
  readonly #owners = new Map<string, Home>()
  readonly #moments = new Map<Home, Moment[]>()
  readonly #passed = new Map<Home, number>()
  readonly #problems: string[] = []
  readonly #counts = { messages: 0, cutOff: 0, files: 0, claims: 0, passed: 0, pages: 0, stops: 0, kills: 0 }
  #endMs = 0

  constructor(options: SoakOptions, root: string) {
    this.#options = options
    this.#random = seeded(options.seed)
    const names = ['ana', 'bea', ...Array.from({ length: options.guests }, (_, index) => `guest-${index + 1}`)]
    const [ana, bea, ...guests] = names.map((name) => new Home(name, root))
    if (ana === undefined || bea === undefined) throw new Error('nobody stays')
    this.#ana = ana
    this.#bea = bea
    this.#guests = guests
  }

  get #homes(): readonly Home[] {
    return [this.#ana, this.#bea, ...this.#guests]
  }

  async run(): Promise<SoakResult> {
    const before = await this.#begin()
    const startMs = performance.now()
    this.#endMs = startMs + this.#options.forMs
    this.#say('begins')
    await Promise.all([this.#talk(), this.#sendFiles(), this.#moveNames(), this.#visit(), this.#measure(startMs), ...this.#guests.map((guest) => this.#comeAndGo(guest))])
    await this.#settle()
    await this.#look()
    const after = await this.#alone()
    const atRest = this.#compare(before, after)
    const ranMs = performance.now() - startMs
    const figures = [...this.#moments].flatMap(([{ name }, moments]) => flatness(name, moments, this.#options.forMs / 2))
    return { seed: this.#options.seed, ranMs, counts: this.#counts, figures, atRest, problems: this.#problems }
  }

  async end(): Promise<void> {
    for (const home of this.#homes) await home.leave('kill')
  }

  #say(line: string): void {
    this.#options.say?.(line)
  }

  #between(least: number, most: number): number {
    return least + this.#random() * (most - least)
  }

  #one<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  /** Ana has a network, a name and a site; everybody is everybody's contact and follows that network. */
  async #begin(): Promise<Map<Home, Moment>> {
    for (const home of this.#homes) {
      await home.start()
      await home.call('letEverybodyIn')
    }
    for (const [index, home] of this.#homes.entries()) {
      for (const other of this.#homes.slice(0, index)) {
        await home.call('connect', { to: await other.call('invite') })
        const know = async (one: Home, two: Home): Promise<boolean> => one.call('isContact', { account: two.facts.account })
        await eventually(`${home.name} and ${other.name} know each other`, async () => (await know(home, other)) && know(other, home), PATIENCE)
      }
    }
    const network = await this.#ana.call('network')
    for (const home of this.#homes) await eventually(`${home.name} follows the network`, async () => (await home.call('network')) === network, PATIENCE)
    await this.#ana.call('claim', { name: 'ana' })
    await this.#ana.call('publish', { name: 'ana', pages: PAGES })
    await eventually('the site', async () => (await this.#bea.call('fetch', { name: 'ana', path: '/page-0.html' }).catch(() => '')) !== '', PATIENCE)
    const rest = await this.#alone()
    for (const guest of this.#guests) await guest.start()
    return rest
  }

  /** Those who stay, when nobody else is there and nothing is under way. */
  async #alone(): Promise<Map<Home, Moment>> {
    for (const guest of this.#guests) if (guest.remote !== null) await guest.leave('stop')
    const rest = new Map<Home, Moment>()
    for (const home of [this.#ana, this.#bea]) {
      await eventually('the others to be seen gone', async () => (await home.call('figures')).connections === 1, PATIENCE)
      // The least of some looks: requests under way are not held.
      const looks: Moment[] = []
      for (let look = 0; look < 5; look++) {
        looks.push({ ...(await home.call('figures')), atMs: 0, messages: 0 })
        await pause(400)
      }
      const handles = Math.min(...looks.map((one) => one.handles))
      const descriptors = Math.min(...looks.map((one) => one.descriptors))
      const [first] = looks
      if (first !== undefined) rest.set(home, { ...first, handles, descriptors })
    }
    return rest
  }

  #compare(before: Map<Home, Moment>, after: Map<Home, Moment>): SoakResult['atRest'] {
    const atRest: Record<string, { handles: [number, number]; descriptors: [number, number] }> = {}
    for (const [home, then] of before) {
      const now = after.get(home)
      if (now === undefined) continue
      atRest[home.name] = { handles: [then.handles, now.handles], descriptors: [then.descriptors, now.descriptors] }
      for (const what of ['handles', 'descriptors'] as const) {
        if (now[what] > then[what] + REST_SLACK) this.#problems.push(`${home.name} holds ${now[what]} ${what} at rest, and held ${then[what]} before`)
      }
    }
    return atRest
  }

  async #until(everyMs: () => number, act: () => Promise<void>): Promise<void> {
    while (performance.now() < this.#endMs) {
      await act()
      await pause(Math.min(everyMs(), Math.max(0, this.#endMs - performance.now())))
    }
  }

  /** In bursts and lulls, so that what grows with messages is told from what grows with time. */
  async #talk(): Promise<void> {
    let lull = 1
    await Promise.all([
      this.#until(() => 15_000, async () => void (lull = this.#one([0.3, 1, 4, 12]) ?? 1)),
      this.#until(() => this.#between(20, 120) * lull, async () => {
        const from = this.#one(this.#homes.filter(({ remote }) => remote !== null))
        const to = this.#one(this.#homes.filter((home) => home !== from))
        if (from !== undefined && to !== undefined) await this.#write(from, to, (words) => from.call('send', { to: to.facts.account, words }))
      }),
    ])
  }

  /** One after another for each two: the order is part of what was promised. */
  #write<T>(from: Home, to: Home, act: (words: string) => Promise<T>): Promise<T | null> {
    const key = `${from.name} ${to.name}`
    const done = (this.#writing.get(key) ?? Promise.resolve()).then(() => (from.remote === null ? null : this.#writeNow(key, from, to, act)))
    this.#writing.set(key, done)
    return done
  }

  /** Notes what `from` is about to write, and that it was promised, once it was. */
  async #writeNow<T>(key: string, from: Home, to: Home, act: (words: string) => Promise<T>): Promise<T | null> {
    const book = this.#written.get(key) ?? { from: from.name, to: to.name, written: [] }
    this.#written.set(key, book)
    const one = { words: `${from.name} to ${to.name}, ${book.written.length + 1}`, isPromised: false }
    book.written.push(one)
    const { starts } = from
    try {
      const gave = await act(one.words)
      one.isPromised = true
      this.#counts.messages += 1
      for (const home of [from, to]) this.#passed.set(home, (this.#passed.get(home) ?? 0) + 1)
      return gave
    } catch (error) {
      if (from.remote !== null && from.starts === starts) this.#problems.push(`${from.name} could not write to ${to.name}: ${String(error)}`)
      this.#counts.cutOff += 1
      return null
    }
  }

  #sendFiles(): Promise<void> {
    return this.#until(() => this.#between(2_000, 6_000), async () => {
      const from = this.#one(this.#homes.filter(({ remote }) => remote !== null))
      const to = this.#one(this.#homes.filter((home) => home !== from))
      if (from === undefined || to === undefined) return
      const name = `file-${this.#files.length + 1}.bin`
      const bytes = Math.floor(this.#between(1, 512) * KiB)
      const hash = await this.#write(from, to, (words) => from.call('sendFile', { to: to.facts.account, words, name, bytes }))
      if (hash !== null) this.#files.push({ to, name, hash })
    })
  }

  /** An account may have one new name a day: so each guest claims one, once, and one name goes to and fro between those who stay. */
  async #moveNames(): Promise<void> {
    const claimed = await this.#bea.call('claim', { name: TRAVELLER }, LEDGER_MS)
    if (claimed !== 'yours') this.#problems.push(`bea claimed ${TRAVELLER}, and it ended with “${claimed}”`)
    else this.#counts.claims += 1
    this.#owners.set(TRAVELLER, this.#bea)
    let [from, to] = [this.#bea, this.#ana]
    await this.#until(() => CLAIM_EVERY_MS, async () => {
      const passed = await from.call('pass', { name: TRAVELLER, to: to.facts.account }, LEDGER_MS)
      const taken = await to.call('take', { name: TRAVELLER }, LEDGER_MS)
      if (passed !== 'taken' || taken !== 'taken') this.#problems.push(`${TRAVELLER} from ${from.name} to ${to.name}: ${passed}, ${taken}`)
      const isTheirs = async (): Promise<boolean> => (await from.call('ownerOf', { name: TRAVELLER })) === to.facts.account
      await eventually(`${TRAVELLER} to be with ${to.name}`, isTheirs, PATIENCE)
      this.#owners.set(TRAVELLER, to)
      this.#counts.passed += 1
      ;[from, to] = [to, from]
    })
  }

  #visit(): Promise<void> {
    return this.#until(() => this.#between(100, 900), async () => {
      const by = this.#one(this.#homes.filter((home) => home.remote !== null))
      const [path, content] = this.#one(Object.entries(PAGES)) ?? ['', '']
      if (by === undefined) return
      const { starts } = by
      try {
        const got = await by.call('fetch', { name: 'ana', path: `/${path}` })
        if (got === content) this.#counts.pages += 1
        else this.#problems.push(`${by.name} was given another ${path}: ${got.length} characters instead of ${content.length}`)
      } catch (error) {
        // Who has just come may not have caught up with the ledger, and who goes does not answer.
        const isHome = by === this.#ana || by === this.#bea
        if (isHome && by.starts === starts) this.#problems.push(`${by.name} could not open ${path}: ${String(error)}`)
      }
    })
  }

  async #comeAndGo(guest: Home): Promise<void> {
    // A claim survives the end of its process: it is theirs at the end, whatever happens to them meanwhile.
    this.#owners.set(guest.name, guest)
    void guest.call('claim', { name: guest.name }, LEDGER_MS).catch(() => {})
    this.#counts.claims += 1
    await pause(this.#between(1_000, 5_000))
    await this.#until(() => this.#between(500, 6_000), async () => {
      const how = this.#random() < 0.5 ? 'stop' : 'kill'
      await guest.leave(how)
      this.#counts[how === 'stop' ? 'stops' : 'kills'] += 1
      await pause(this.#between(200, 5_000))
      await guest.start()
      await pause(this.#between(2_000, 15_000))
    })
  }

  #measure(startMs: number): Promise<void> {
    return this.#until(() => SAMPLE_EVERY_MS, async () => {
      for (const home of [this.#ana, this.#bea]) {
        const messages = this.#passed.get(home) ?? 0
        const moment: Moment = { ...(await home.call('figures')), atMs: performance.now() - startMs, messages }
        this.#moments.set(home, [...(this.#moments.get(home) ?? []), moment])
      }
      const { messages, files, kills, stops, pages } = { ...this.#counts, files: this.#files.length }
      this.#say(`${messages} messages, ${files} files, ${pages} pages, ${stops} stops, ${kills} kills`)
    })
  }

  /** Everybody is there, and everything that waited has gone out. */
  async #settle(): Promise<void> {
    for (const home of this.#homes) if (home.remote === null) await home.start()
    const endMs = performance.now() + PATIENCE.withinMs
    // One deadline for all: what is stuck is named, and what is not is not waited for again and again.
    const settles = (what: string, probe: () => Promise<boolean>): Promise<unknown> =>
      eventually(what, probe, { ...PATIENCE, withinMs: Math.max(SAMPLE_EVERY_MS, endMs - performance.now()) }).catch((error: unknown) => this.#problems.push(String(error)))
    for (const home of this.#homes) await settles(`what ${home.name} has in its outbox to go out`, async () => (await home.call('waiting')) === 0)
    for (const home of this.#homes) {
      const names = this.#files.flatMap(({ to, name }) => (to === home ? [name] : []))
      let states: Record<string, string> = {}
      const left = (): string[] => names.filter((name) => states[name] !== 'done')
      await settles(`files to come to ${home.name}`, async () => {
        states = await home.call('transfers')
        return left().length === 0
      })
      this.#problems.push(...left().map((name) => `${name} did not come to ${home.name}: ${states[name] ?? 'unknown there'}`))
    }
    for (const [name, by] of this.#owners) {
      for (const home of this.#homes) {
        await settles(`${home.name} to know whose ${name} is`, async () => (await home.call('ownerOf', { name })) === by.facts.account)
      }
    }
  }

  async #look(): Promise<void> {
    const homes = new Map(this.#homes.map((home) => [home.name, home]))
    for (const book of this.#written.values()) {
      const [from, to] = [homes.get(book.from), homes.get(book.to)]
      if (from === undefined || to === undefined) continue
      const here = await from.call('said', { account: to.facts.account })
      const there = await to.call('said', { account: from.facts.account })
      this.#problems.push(...account(book, here, there))
    }
    const came = new Map<Home, Record<string, string>>()
    for (const home of this.#homes) came.set(home, await home.call('came'))
    for (const { to, name, hash } of this.#files) {
      if (came.get(to)?.[name] === hash) this.#counts.files += 1
      else this.#problems.push(`${name} at ${to.name} is not what was sent`)
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
