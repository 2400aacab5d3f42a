import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { comesTo, noiseOf, send, town } from './file-town.ts'

async function two() {
  const where = await town({ transport: 'tcp' })
  onTestFinished(() => where.close())
  return { where, ada: await where.resident('a'), bea: await where.resident('b') }
}

test('a file that is let in comes whole, under its name, marked as from elsewhere', async () => {
  const { ada, bea } = await two()
  const bytes = noiseOf(5_000_001, 1)
  await writeFile(join(ada.folder, 'film.mp4'), bytes)
  const done = await comesTo(bea, await send(ada, bea, join(ada.folder, 'film.mp4')), 'done')
  expect(done.path).toBe(join(bea.downloads, 'film.mp4'))
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
  expect(await readdir(bea.downloads)).toEqual(['film.mp4'])
  expect(bea.marked).toEqual([join(bea.downloads, 'film.mp4.latch-part')])
  expect(done.doneBytes).toBe(bytes.byteLength)
  expect((await stat(done.path ?? '')).mode & 0o111).toBe(0)
  expect(ada.offences).toEqual([])
  expect(bea.offences).toEqual([])
})
