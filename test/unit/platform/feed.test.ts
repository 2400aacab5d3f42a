import { describe, expect, it } from 'vitest'
import { FellBehindError, Feed } from '../../../src/main/platform/feed.ts'

const failOnError = (error: unknown): never => {
  throw error
}

describe('a feed', () => {
  it('tells each listener, in the order they came, until they leave', () => {
    const feed = new Feed<number>(failOnError)
    const heard: string[] = []
    const leave = feed.subscribe((event) => heard.push(`first ${event}`))
    feed.subscribe((event) => heard.push(`second ${event}`))
    feed.publish(1)
    leave()
    feed.publish(2)
    expect(heard).toEqual(['first 1', 'second 1', 'second 2'])
  })

  it('keeps a listener’s defect from the others and from the publisher', () => {
    const errors: unknown[] = []
    const feed = new Feed<number>((error) => errors.push(error))
    const heard: number[] = []
    feed.subscribe(() => {
      throw new Error('a defect')
    })
    feed.subscribe((event) => heard.push(event))
    feed.publish(1)
    expect(heard).toEqual([1])
    expect(errors).toMatchObject([{ message: 'a defect' }])
  })

  it('gives a watcher a snapshot, then what happened after it, numbered without a gap', async () => {
    const feed = new Feed<string>(failOnError)
    const controller = new AbortController()
    let state = 'a'
    const watching = feed.watch(() => state, controller.signal)
    feed.publish('before')
    const first = watching.next()
    state = 'b'
    feed.publish('b')
    expect(await first).toEqual({ done: false, value: { kind: 'snapshot', seq: 0, snapshot: 'a' } })
    feed.publish('c')
    expect((await watching.next()).value).toEqual({ kind: 'event', seq: 1, event: 'b' })
    expect((await watching.next()).value).toEqual({ kind: 'event', seq: 2, event: 'c' })
    const waiting = watching.next()
    feed.publish('d')
    expect((await waiting).value).toEqual({ kind: 'event', seq: 3, event: 'd' })
    const last = watching.next()
    controller.abort()
    expect(await last).toEqual({ done: true, value: undefined })
  })

  it('ends at once for a watcher whose signal has aborted', async () => {
    const feed = new Feed<string>(failOnError)
    const watching = feed.watch(() => 'a', AbortSignal.abort())
    expect((await watching.next()).value).toMatchObject({ kind: 'snapshot' })
    expect(await watching.next()).toEqual({ done: true, value: undefined })
  })

  it('cuts off a watcher that fell more than a thousand events behind, and holds no more for it', async () => {
    const feed = new Feed<number>(failOnError)
    const watching = feed.watch(() => 'a')
    await watching.next()
    for (let event = 0; event < 1_001; event++) feed.publish(event)
    await expect(watching.next()).rejects.toThrow(FellBehindError)
    expect((await watching.next()).done).toBe(true)
  })

  it('forgets a watcher whose signal aborts, also when it never reads again', async () => {
    const feed = new Feed<number>(() => expect.fail())
    const stopping = new AbortController()
    const events = feed.watch(() => 'now', stopping.signal)
    await events.next()
    expect(feed.listeners).toBe(1)
    stopping.abort()
    expect(feed.listeners).toBe(0)
  })

  it('holds nothing for a watcher that fell behind', async () => {
    const feed = new Feed<number>(() => expect.fail())
    const events = feed.watch(() => 'now')
    await events.next()
    for (let n = 0; n < 1_001; n++) feed.publish(n)
    expect(feed.listeners).toBe(0)
    await expect(events.next()).rejects.toThrow('behind')
  })

  it('forgets a watcher that stops reading', async () => {
    const feed = new Feed<number>(failOnError)
    for await (const item of feed.watch(() => 'a')) {
      expect(item.kind).toBe('snapshot')
      break
    }
    expect(() => feed.publish(1)).not.toThrow()
  })
})
