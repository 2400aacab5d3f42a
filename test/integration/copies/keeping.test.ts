import { describe, expect, onTestFinished, test } from 'vitest'
import { bytesOf, noiseOf, pageOf, publish, site, town, whole, type Town } from './copy-town.ts'

async function place(): Promise<Town> {
  const one = await town()
  onTestFinished(() => one.close())
  return one
}

describe('keeping a copy', () => {
  test('it is looked at before, fetched whole, and opens when its owner is gone', async () => {
    const where = await place()
    const owner = await where.resident()
    const reader = await where.resident()
    const film = noiseOf(1_000_000)
    const files = { 'index.html': '<h1>Alice</h1>', 'blog/2026/a post.html': 'ünïcode', 'film.mp4': film, 'empty.txt': '', 'again.mp4': film }
    const cid = await publish(where, owner, files)

    const look = await reader.copies.look(site)
    expect(look).toMatchObject({ cid, files: 5, bytes: 2_000_000 + 14 + 9, holders: 1, hereBytes: 0 })

    const begun = await reader.copies.keep(site)
    expect(begun.state.kind).toBe('fetching')
    await whole(reader)
    expect(reader.copies.list()).toMatchObject([{ cid, files: 5, bytes: look.bytes, state: { kind: 'whole' }, isServed: true, latest: cid }])

    await owner.leave()
    const copy = await reader.copies.open(site, { cid, devices: [owner.peerId] })
    expect(copy).toMatchObject({ cid, keptHere: true })
    expect(await pageOf(copy, '/')).toBe('<h1>Alice</h1>')
    expect(await pageOf(copy, '/blog/2026/a post.html')).toBe('ünïcode')
    expect(await pageOf(copy, '/empty.txt')).toBe('')
    expect(Buffer.compare(await bytesOf(await copy.find('/film.mp4')), film)).toBe(0)
    expect(Buffer.compare(await bytesOf(await copy.find('/film.mp4'), { start: 262_000, end: 600_001 }), film.subarray(262_000, 600_001))).toBe(0)
    expect(await copy.find('/blog')).toBe('folder')
    expect(await copy.find('/blog/')).toBeNull()
    expect(await copy.find('/nothing')).toBeNull()
    expect(await copy.find('/../index.html')).toBeNull()
  })

  test('somebody else gets it from there, found through the devices near to it', async () => {
    const where = await place()
    const [owner, keeper, near, reader] = [await where.resident(), await where.resident(), await where.resident(), await where.resident()]
    where.near.push(near.peerId)
    const cid = await publish(where, owner, { 'index.html': 'hello', 'big.bin': noiseOf(600_000) })
    await keeper.copies.keep(site)
    await whole(keeper)
    await owner.leave()
    await expect.poll(async () => (await reader.copies.look(site).catch(() => null))?.holders, { timeout: 10_000 }).toBe(1)
    const copy = await reader.copies.open(site, { cid, devices: [owner.peerId] })
    expect(await pageOf(copy, '/')).toBe('hello')
    expect(copy.keptHere).toBe(false)
    await reader.copies.keep(site)
    await whole(reader)
    expect(keeper.copies.list()[0]?.servedBytes).toBeGreaterThan(600_000)
  })
})
