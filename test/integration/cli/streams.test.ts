import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createClient } from '../../../src/cli/client.ts'
import { readControl } from '../../../src/cli/control-file.ts'
import { serveLedger, type ServedLedger } from './served-ledger.ts'

let served: ServedLedger
beforeEach(async () => {
  served = await serveLedger()
})
afterEach(() => served.close())

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

it.each(['waited for', 'left alone'])('a stream that is %s is let go when it is aborted, also after memory was collected', async (how) => {
  const control = await readControl(served.dataFolder)
  if (control === null) throw new Error('nothing is served')
  const client = createClient({ control, forTerminal: false, gone: () => new Error('nothing answers') })
  const stop = new AbortController()
  const events = await client.ledger.watch(undefined, { signal: stop.signal })
  await events.next()
  const next = how === 'waited for' ? events.next() : null
  // What is only weakly known goes when nothing else runs.
  for (let round = 0; round < 5; round += 1) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  stop.abort()
  const ended = (next ?? events.next()).then(
    ({ done }) => done === true,
    () => true,
  )
  expect(await ended).toBe(true)
})
