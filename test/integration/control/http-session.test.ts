import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { rawRequest, type RawAnswer } from './raw.ts'
import { serveSmallNode, type Served } from './small-node.ts'

const DAY_MS = 86_400_000

let served: Served
let clock: FakeClock
beforeEach(async () => {
  clock = new FakeClock()
  served = await serveSmallNode({ clock })
})
afterEach(() => served.close())

function post(path: string, token: string): Promise<RawAnswer> {
  return rawRequest(served.door.port, { method: 'POST', path, headers: { authorization: `Bearer ${token}` } })
}

/** Fails, and is therefore slowed: the clock is moved on for it. */
async function turnedAway(path: string, token: string): Promise<RawAnswer> {
  const answer = post(path, token)
  let done = false
  void answer.finally(() => (done = true))
  await eventually('the refusal', async () => {
    await clock.advance(1_000)
    return done
  })
  return answer
}

function tokenIn(url: string): string {
  return /^http:\/\/127\.0\.0\.1:\d+\/#token=([\w-]{43})$/.exec(url)?.[1] ?? ''
}

async function openSession(windowToken: string): Promise<string> {
  const answer = await post('/session', windowToken)
  return (JSON.parse(answer.body) as { token: string }).token
}

describe('the address of a window', () => {
  it('carries its token in the fragment, which no server and no log ever sees', () => {
    expect(tokenIn(served.door.windowUrl())).not.toBe('')
    expect(served.door.windowUrl()).not.toContain(served.door.token)
  })

  it('opens a session, whose token opens the contract', async () => {
    const session = await openSession(tokenIn(served.door.windowUrl()))
    const answer = await rawRequest(served.door.port, {
      path: '/api/status',
      headers: { authorization: `Bearer ${session}` },
    })
    expect(answer.status).toBe(200)
  })

  it('works once', async () => {
    const token = tokenIn(served.door.windowUrl())
    await openSession(token)
    expect((await turnedAway('/session', token)).status).toBe(401)
  })

  it('works for a day', async () => {
    const early = tokenIn(served.door.windowUrl())
    const late = tokenIn(served.door.windowUrl())
    await clock.advance(DAY_MS - 1)
    expect(await openSession(early)).toMatch(/^[\w-]{43}$/)
    await clock.advance(1)
    expect((await turnedAway('/session', late)).status).toBe(401)
  })

  it('does not open the contract itself', async () => {
    expect((await turnedAway('/api/node/access', tokenIn(served.door.windowUrl()))).status).toBe(401)
  })

  it('can be had again by whoever holds the access token', async () => {
    const answer = await post('/window', served.door.token)
    const { url } = JSON.parse(answer.body) as { url: string }
    expect(await openSession(tokenIn(url))).toMatch(/^[\w-]{43}$/)
  })

  it('is one of sixteen: the oldest unused one stops working', async () => {
    const first = tokenIn(served.door.windowUrl())
    const later = Array.from({ length: 16 }, () => tokenIn(served.door.windowUrl()))
    expect((await turnedAway('/session', first)).status).toBe(401)
    expect(await openSession(later[0] ?? '')).toMatch(/^[\w-]{43}$/)
  })
})

describe('who tries tokens', () => {
  it('waits longer with each, while a good token is answered at once', async () => {
    const answered: number[] = []
    const tries = Array.from({ length: 4 }, async (_, index) => {
      await eventually(
        'its turn',
        () => served.log.lines.filter(({ message }) => message.includes('token')).length >= index,
      )
      await post('/api/node/access', 'wrong'.repeat(8))
      answered.push(clock.monotonicMs())
    })
    await eventually(
      'four refusals waiting',
      () => served.log.lines.filter(({ message }) => message.includes('token')).length === 4,
    )
    expect((await post('/api/node/access', served.door.token)).status).toBe(200)
    expect(answered).toEqual([])
    for (const waited of [100, 200, 400, 800]) {
      await clock.advance(waited - clock.monotonicMs())
      await eventually('an answer', () => answered.length > 0 && answered.at(-1) === waited)
    }
    await Promise.all(tries)
    expect(answered).toEqual([100, 200, 400, 800])
  })

  it('beyond thirty-two at once is cut off without an answer', async () => {
    const tries = Array.from({ length: 40 }, () =>
      post('/api/node/access', 'wrong').then(
        () => 'answered',
        () => 'cut',
      ),
    )
    let cut = 0
    for (const attempt of tries) void attempt.then((how) => (cut += how === 'cut' ? 1 : 0))
    await eventually('eight cut', () => cut === 8)
    let done = false
    const all = Promise.all(tries).finally(() => (done = true))
    await eventually('the others', async () => {
      await clock.advance(5_000)
      return done
    })
    expect((await all).filter((how) => how === 'answered')).toHaveLength(32)
  })
})
