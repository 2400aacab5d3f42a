import { describe, expect, it } from 'vitest'
import { createLockedNode } from '../../../src/main/desktop/locked-node.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { NodeStatus } from '../../../src/shared/model/node.ts'

const why = 'latch.db is damaged.'
const node = createLockedNode(why, { dataFolder: '/data', clock: systemClock })

describe('a node that could not open', () => {
  it('says so to a window as of an account that is locked, and goes on saying it', async () => {
    const ending = new AbortController()
    const items = node.identity.watch(ending.signal)[Symbol.asyncIterator]()
    expect((await items.next()).value).toMatchObject({ kind: 'snapshot', snapshot: { state: 'locked', why } })
    const next = items.next()
    ending.abort()
    expect(await next).toMatchObject({ done: true })
    expect(NodeStatus.parse(node.status())).toMatchObject({ phase: 'locked', dataFolder: '/data', warnings: [why] })
  })

  it('makes no account over what is there, and opens no house', async () => {
    const refusal = { code: 'LOCKED', message: why }
    await expect(node.identity.create('Ada')).rejects.toMatchObject(refusal)
    await expect(node.identity.restore('Ada', 'words')).rejects.toMatchObject(refusal)
    expect(() => node.household()).toThrow(why)
  })

  it('stops', async () => {
    await node.stop()
    await node.stopped
  })
})
