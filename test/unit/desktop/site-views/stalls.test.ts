import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../../helpers/eventually.ts'
import { startStallThread, type StallThread } from '../../../../src/main/desktop/site-views/stalls.ts'

/* A loop without a beat, and pages that are processes which do nothing by themselves. */

const started: (StallThread | ChildProcess)[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await ('end' in one ? one.end() : one.kill())
})

function scene(pages: number, spanMs = 20): { cells: Int32Array<SharedArrayBuffer>; pages: ChildProcess[]; thread: StallThread } {
  const cells = new Int32Array(new SharedArrayBuffer(4 * 8))
  const children = Array.from({ length: pages }, () => spawn(process.execPath, ['-e', 'process.stdin.resume()']))
  for (const [at, { pid }] of children.entries()) cells[2 + at] = pid ?? 0
  const thread = startStallThread(cells, { spanMs, tickMs: 5, stillMs: 5, leastShare: 0.5, busyShare: 0 })
  started.push(...children, thread)
  return { cells, pages: children, thread }
}

test('where the loop does not move the page that is looked at ends, and then all others do', async () => {
  const { cells, pages } = scene(3)
  cells[1] = 3
  const exits = await Promise.all(pages.map((page) => once(page, 'exit')))
  expect(exits).toEqual(pages.map(() => [null, 'SIGKILL']))
  expect([...cells.subarray(2, 5)]).toEqual(pages.map(({ pid }) => -(pid ?? 0)))
})

test('where the loop stands still pages wait, and they go on as soon as it moves', async () => {
  const { pages, thread } = scene(2, 600_000)
  // Asked without holding this loop, which is the one that is watched.
  const states = async (): Promise<string> => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', pages.map(({ pid }) => pid).join()])
    return stdout.replaceAll(/\s/gu, '')
  }
  await eventually('that both wait', async () => (await states()) === 'TT')
  const beating = setInterval(() => thread.beat(), 1)
  await eventually('that both go on', async () => !(await states()).includes('T'))
  clearInterval(beating)
})
