import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { short } from '../../../src/cli/short-id.ts'
import type { KnownNetwork } from '../../../src/shared/model/networks.ts'
import { networkIdOf, noon, validator } from '../../unit/cli/ledger-scene.ts'
import { serveLedger, type ServedLedger } from './served-ledger.ts'

const network = (label: string, changes: Partial<KnownNetwork> = {}): KnownNetwork => ({
  id: networkIdOf(label),
  label,
  active: false,
  origin: 'link',
  tld: 'peer',
  validators: [validator('desk'), validator('barn')],
  faults: 0,
  slotMs: 2_000,
  roundMs: 500,
  startMs: noon,
  knownMs: noon,
  height: 0,
  headMs: null,
  ...changes,
})

let served: ServedLedger
beforeEach(async () => {
  served = await serveLedger()
  const home = network('Home', { active: true, origin: 'own', validators: [validator('me', true)], height: 12, headMs: Date.now() })
  served.scene.networks = [home, network('Reading circle')]
})
afterEach(() => served.close())

describe('latch network', () => {
  it('lists them, and which is active', async () => {
    const { out } = await served.run('network')
    const [heading, home, circle] = out.split('\n')
    expect(heading).toMatch(/^STATE +NAME +ID +HEIGHT +LATEST BLOCK +VALIDATORS +NAMES END IN +FROM$/)
    expect(home).toMatch(/^active +Home +bafy…\S{8} +12 +\d\d:\d\d +1, with this device +\.peer +your own$/)
    expect(circle).toMatch(/^known +Reading circle +bafy…\S{8} +0 +- +2 +\.peer +a link$/)
    expect((await served.run('network', 'list')).out).toBe(out)
  })

  it.each([['reading CIRCLE'], [networkIdOf('Reading circle')], [short(networkIdOf('Reading circle'))]])(
    'makes %s the active one',
    async (which) => {
      expect(await served.run('network', 'use', which)).toEqual({ code: 0, out: '"Reading circle" is active now.\n', err: '' })
      expect(served.scene.networks.map(({ active }) => active)).toEqual([false, true])
    },
  )

  it('says between which to choose, and that there is none', async () => {
    served.scene.networks.push({ ...network('Another'), label: 'home' })
    expect((await served.run('network', 'use', 'Home')).err).toMatch(/fits more than one network: Home \(bafy…\S{8}\), home \(bafy…/)
    expect((await served.run('network', 'use', 'None')).err).toBe('latch: There is no network of the name or id "None".\n')
  })

  it('gives the link of the active one, or of that which is named', async () => {
    expect((await served.run('network', 'link')).out).toContain(`latch://network/${networkIdOf('Home')}\n`)
    expect((await served.run('network', 'link', 'reading circle')).out).toContain('can join "Reading circle"')
  })

  it.each([
    ['latch://validator/abc', /^latch: That is the card of a validator, /],
    ['latch://invite/abc', /^latch: That is an invitation to a person\. /],
    ['hello', /^latch: A link to a network begins with latch:\/\/network\/\.\n$/],
  ])('says where a link belongs that is none to a network: %s', async (link, line) => {
    const { code, err } = await served.run('network', 'join', link)
    expect(code).toBe(2)
    expect(err).toMatch(line)
  })

  it('renames and forgets', async () => {
    expect((await served.run('network', 'rename', 'Reading circle', 'Books')).out).toMatch(/^bafy…\S{8} is called "Books" here\.\n$/)
    expect((await served.run('network', 'forget', 'Home')).err).toBe('latch: Another network must be active first.\n')
    expect((await served.run('network', 'forget', 'books')).code).toBe(0)
    expect(served.scene.networks.map(({ label }) => label)).toEqual(['Home'])
  })

  it('makes one of the cards that are given, by words and in a file, each once', async () => {
    const file = join(served.dataFolder, 'cards.txt')
    await writeFile(file, '# Ada\nlatch://validator/aa\n\nlatch://validator/bb\r\n')
    const words = ['--card', 'latch://validator/cc', '--card', 'latch://validator/aa', '--cards', file]
    const { code, out } = await served.run('network', 'make', '--label', ' Four ', ...words, '--faults', '1', '--round-ms', '250')
    expect(code).toBe(0)
    expect(out).toMatch(/^Made "Four" \(bafy…\S{8}\) of 1 validator, [^]*\nTo make it active: latch network use bafy…/)
    const cards = ['cc', 'aa', 'bb'].map((card) => `latch://validator/${card}`)
    expect(served.scene.asked.drafts).toEqual([{ label: 'Four', tld: 'peer', cards, faults: 1, roundMs: 250 }])
  })

  it('says which line of a file is no card', async () => {
    const { code, err } = await served.start(['network', 'make', '--label', 'X', '--cards', '-'], { input: 'latch://invite/aa' }).done
    expect(code).toBe(2)
    expect(err).toBe('latch: "latch://invite/aa" is not the card of a validator: it begins with latch://validator/.\n')
  })
})
