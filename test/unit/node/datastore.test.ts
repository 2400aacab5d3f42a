import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatastore } from '../../../src/main/node/datastore.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

let home: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'latch-test-'))
})

afterEach(() => rm(home, { recursive: true, force: true }))

describe('the peer store', () => {
  it('is set aside when it is damaged, said so, and begun anew', async () => {
    const folder = join(home, 'datastore')
    const { close } = await openDatastore(folder, new FakeClock())
    await close()
    await writeFile(join(folder, 'CURRENT'), 'no manifest of that name\n')

    const opened = await openDatastore(folder, new FakeClock())
    await opened.close()
    expect(opened.warnings).toEqual([expect.stringContaining('datastore.damaged-')])
    expect(await readdir(home)).toHaveLength(2)
  })

  it('is left where it is when something else keeps it from opening', async () => {
    const folder = join(home, 'datastore')
    // As with a full disk: nothing can be written there, whoever tries.
    await writeFile(folder, 'a file')
    await expect(openDatastore(folder, new FakeClock())).rejects.toMatchObject({ code: 'DAMAGED' })
    expect(await readdir(home)).toEqual(['datastore'])
  })
})
