import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { errorCodes, LatchError } from '../../../src/shared/errors.ts'
import { OpenCode } from '../../../src/shared/model/browse.ts'
import { ZoneLabel, type ZoneRecord } from '../../../src/shared/model/names.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { devicesFrom } from '../../../src/main/features/browse/opening/found.ts'
import { DeviceMemory, inOrder } from '../../../src/main/features/browse/opening/devices.ts'
import { judgeCopy } from '../../../src/main/features/browse/opening/copy-conditions.ts'
import { errorCodeOf, OpenError } from '../../../src/main/features/browse/opening/index.ts'
import { judge, mostTelling } from '../../../src/main/features/browse/opening/judged.ts'
import { plainPath, readPath, toldPath, writtenPath } from '../../../src/main/features/browse/opening/path.ts'
import { Shared } from '../../../src/main/features/browse/opening/shared.ts'
import { AllFailedError, firstOf } from '../../../src/main/features/browse/opening/staggered.ts'
import { StreamCutError } from '../../../src/main/platform/streams.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const site = SiteName.parse('alice.peer')
const owner = AccountId.parse(`k51${'a'.repeat(59)}`)
const peer = (letter: string): PeerId => PeerId.parse(`12D3KooW${letter.repeat(44)}`)
const [a, b, c] = [peer('A'), peer('B'), peer('C')]
const label = ZoneLabel.parse('@')
const device = (peerId: PeerId, ...addresses: string[]): ZoneRecord => ({ label, kind: 'peer', peerId, addresses })

describe('the devices of a site', () => {
  it('are those that the zone names, in its order, each once with all its addresses, then others of the owner', () => {
    expect(devicesFrom([device(b, '/x'), device(a), device(b, '/y', '/x')], [c, a])).toEqual([
      { peerId: b, addresses: ['/x', '/y'] },
      { peerId: a, addresses: [] },
      { peerId: c, addresses: [] },
    ])
  })

  it('are those first that show it, with the addresses that the zone has of them', () => {
    expect(devicesFrom([device(b, '/x'), device(a, '/y')], [c], [a])).toEqual([
      { peerId: a, addresses: ['/y'] },
      { peerId: b, addresses: ['/x'] },
      { peerId: c, addresses: [] },
    ])
  })

  it('are asked the connected ones first, then the good one, and last those that do not have the site', () => {
    const devices = [a, b, c].map((peerId) => ({ peerId, addresses: [] }))
    const order = (facts: Partial<Record<PeerId, 'connected' | 'good' | 'without'>>): PeerId[] =>
      inOrder(devices, (peerId) => ({ isConnected: facts[peerId] === 'connected', isGood: facts[peerId] === 'good', isWithout: facts[peerId] === 'without' })).map((one) => one.peerId)
    expect(order({})).toEqual([a, b, c])
    expect(order({ [c]: 'good' })).toEqual([c, a, b])
    expect(order({ [c]: 'connected', [b]: 'good' })).toEqual([c, b, a])
    expect(order({ [a]: 'without' })).toEqual([b, c, a])
  })

  it('are passed over for a moment after they failed, unless they have another connection since', async () => {
    const clock = new FakeClock()
    const memory = new DeviceMemory(clock)
    memory.failed(site, a, 'one', new Error('no'))
    expect(memory.failureOf(a, null)).not.toBeNull()
    expect(memory.failureOf(a, 'one')).not.toBeNull()
    expect(memory.failureOf(a, 'two')).toBeNull()
    await clock.advance(3_000)
    expect(memory.failureOf(a, 'one')).toBeNull()
  })

  it('are remembered up to a bound, whoever asks for however many', () => {
    const memory = new DeviceMemory(new FakeClock())
    const name = (i: number): SiteName => SiteName.parse(`s${i}.peer`)
    for (let i = 0; i < 600; i++) memory.answered(name(i), a)
    expect([memory.facts(name(0), a).isGood, memory.facts(name(599), a).isGood]).toEqual([false, true])
  })
})

it('a range with spaces without end is none', () => {
  for (const text of [`bytes=${' '.repeat(60_000)}x`, `bytes=0${' '.repeat(60_000)}x`]) {
    expect(judgeCopy([['Range', text]], { etag: '"x"', bytes: 10 })).toEqual({ answer: 'whole' })
  }
})

describe('the first of several', () => {
  const waiting = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

  it('begins the next where one takes too long, and drops the others when one is there', async () => {
    const clock = new FakeClock()
    const begun: string[] = []
    const over: string[] = []
    const start = (name: string, value?: Promise<string>) => (signal: AbortSignal): Promise<string> => {
      begun.push(name)
      signal.addEventListener('abort', () => over.push(name))
      return value ?? waiting(signal)
    }
    const first = firstOf([start('a'), start('b'), start('c', Promise.resolve('c'))], { clock, afterMs: 250 })
    expect(begun).toEqual(['a'])
    await clock.advance(250)
    expect(begun).toEqual(['a', 'b'])
    await clock.advance(250)
    expect(await first).toBe('c')
    expect(over).toEqual(['a', 'b'])
  })

  it('begins the next at once where one fails, and says all errors where all do', async () => {
    const clock = new FakeClock()
    const fails = (why: string) => () => Promise.reject(new Error(why))
    const error: unknown = await firstOf([fails('a'), fails('b')], { clock, afterMs: 250 }).catch((why: unknown) => why)
    expect(error).toBeInstanceOf(AllFailedError)
    expect((error as AllFailedError).errors.map((one) => (one as Error).message)).toEqual(['a', 'b'])
  })

  it('ends with an error that nobody else would change', async () => {
    const clock = new FakeClock()
    let isAsked = false
    const next = (): Promise<string> => {
      isAsked = true
      return Promise.resolve('no')
    }
    await expect(firstOf([() => Promise.reject(new Error('final')), next], { clock, afterMs: 250, isFinal: () => true })).rejects.toThrow('final')
    expect(isAsked).toBe(false)
  })

  it('ends with its signal, and drops what comes late', async () => {
    const clock = new FakeClock()
    const gone = new AbortController()
    const late = Promise.withResolvers<string>()
    const dropped: string[] = []
    const first = firstOf([() => late.promise], { clock, afterMs: 250, signal: gone.signal, drop: (value) => dropped.push(value) })
    gone.abort(new Error('left'))
    await expect(first).rejects.toThrow('left')
    late.resolve('late')
    await late.promise
    await clock.advance(0)
    expect(dropped).toEqual(['late'])
  })
})

describe('what several wait for', () => {
  it('is under way once, told to each, and goes on while somebody waits', async () => {
    const shared = new Shared<string, string, string>()
    const done = Promise.withResolvers<string>()
    let starts = 0
    let isDropped = false
    const start = (signal: AbortSignal, tell: (step: string) => void): Promise<string> => {
      starts += 1
      tell('begun')
      signal.addEventListener('abort', () => (isDropped = true))
      return done.promise
    }
    const heard: string[] = []
    const gone = new AbortController()
    const first = shared.run('x', start, { signal: gone.signal, onStep: (step) => heard.push(step) })
    const second = shared.run('x', start)
    gone.abort(new Error('left'))
    await expect(first).rejects.toThrow('left')
    const third = shared.run('x', start, { onStep: (step) => heard.push(`late ${step}`) })
    done.resolve('value')
    expect(await Promise.all([second, third])).toEqual(['value', 'value'])
    expect([starts, isDropped, heard]).toEqual([1, false, ['begun', 'late begun']])
  })

  it('is dropped when the last has left', async () => {
    const shared = new Shared<string, string>()
    const dropped = Promise.withResolvers<void>()
    const gone = new AbortController()
    const start = (signal: AbortSignal): Promise<string> => {
      signal.addEventListener('abort', () => dropped.resolve())
      return new Promise(() => {})
    }
    const all = [shared.run('x', start, { signal: gone.signal }), shared.run('x', start, { signal: gone.signal })]
    await Promise.resolve()
    gone.abort(new Error('left'))
    await expect(Promise.all(all)).rejects.toThrow('left')
    await dropped.promise
    expect(await shared.run('x', () => Promise.resolve('anew'))).toBe('anew')
  })
})

describe('a path', () => {
  it('that was read and written again is the same one', () => {
    const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => text !== '.' && text !== '..' && !/[/\\]|\p{Cc}|\p{Cs}/u.test(text))
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), fc.boolean(), (segments, isFolder) => {
        const path = { segments, isFolder: isFolder || segments.length === 0 }
        const read = readPath(writtenPath(path))
        expect(read).toEqual({ ...path, query: '' })
        expect(plainPath(path).startsWith('/')).toBe(true)
      }),
    )
  })

  it('is never read as one that leads elsewhere', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('/', '..', '.', '%2e', '%2f', '%5c', '\\', 'a', '%00', '?', '#', '%'), { maxLength: 12 }), (parts) => {
        const read = readPath(`/${parts.join('')}`)
        for (const segment of read?.segments ?? []) expect(segment).not.toMatch(/^\.{0,2}$|[/\\\0]/)
      }),
    )
  })

  it('is told to a door decoded, without its query, and not where it is too long', () => {
    expect(toldPath('/a%20b/?secret')).toBe('/a b/')
    expect(toldPath(`/${'x'.repeat(512)}`)).toBeNull()
    expect(toldPath('/../x')).toBeNull()
  })
})

describe('a range of a copy', () => {
  it('lies within the file, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.nat(1_000), fc.option(fc.tuple(fc.nat(2_000), fc.nat(2_000))), (noise, bytes, range) => {
        const text = range === null ? noise : `bytes=${range[0]}-${range[1]}`
        const judged = judgeCopy([['Range', text]], { etag: '"x"', bytes })
        if (judged.answer === 'part') expect(judged.start >= 0 && judged.start < judged.end && judged.end <= bytes).toBe(true)
        else expect(['whole', 'unsatisfiable']).toContain(judged.answer)
      }),
    )
  })
})

describe('what a device’s error means', () => {
  const found = { site, owner, zone: { seq: 1, issuedAtMs: 0, expiresAtMs: 1 }, ledger: { height: 1, atMs: 0 }, cid: null, devices: [] }
  const meant = (error: unknown, refusal: ReturnType<Parameters<typeof judge>[1]['refusalOf']> = null, isAtDoor = false): [string, string, string] => {
    const { means, error: made } = judge(error, { found, peerId: a, path: '/', isAtDoor, refusalOf: () => refusal })
    return [means, made.facts.step, made.facts.code]
  }

  it('is a no, a reason to ask another one, or that nobody is there', () => {
    expect(meant(new Error('x'), 'denied')).toEqual(['final', 'door', 'denied'])
    expect(meant(new Error('x'), 'unproven')).toEqual(['elsewhere', 'door', 'unproven'])
    expect(meant(new Error('x'), 'no-site')).toEqual(['away', 'door', 'no-site'])
    expect(meant(new LatchError('UNREACHABLE'))).toEqual(['away', 'connect', 'device-unreachable'])
    expect(meant(new LatchError('BUSY'))).toEqual(['final', 'answer', 'busy'])
    expect(meant(new StreamCutError('x'))).toEqual(['away', 'answer', 'cut'])
    expect(meant(new StreamCutError('x'), null, true)).toEqual(['away', 'door', 'silent'])
    expect(meant(new LatchError('UNREACHABLE', 'x', { cause: Object.assign(new Error('x'), { code: 'HPE_INVALID' }) }))).toEqual(['elsewhere', 'answer', 'malformed'])
    expect(meant('a thing')).toEqual(['elsewhere', 'answer', 'internal'])
  })

  it('of several is the one that tells most', () => {
    const error = (code: OpenCode): OpenError => new OpenError({ step: 'door', code, why: '' })
    expect(mostTelling([error('device-unreachable'), error('no-site'), error('busy')])?.facts.code).toBe('busy')
    expect(mostTelling([])).toBeNull()
  })

  it('has a code of the contract for each code of its own', () => {
    for (const code of OpenCode.options) expect(Object.keys(errorCodes)).toContain(errorCodeOf(code))
  })
})
