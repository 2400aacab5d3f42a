import { expect, test } from 'vitest'
import type { Components } from '../../../src/main/node/annex.ts'
import { staying } from '../../../src/main/node/bounded.ts'

test('a random walk on an empty DHT, which would keep this thread to itself, is not begun', async () => {
  let walks = 0
  const randomWalk = {
    async *walk() {
      walks += 1
      yield* []
    },
  }
  const met: unknown[] = []
  for await (const peer of staying({ randomWalk } as unknown as Components).randomWalk.walk()) met.push(peer)
  expect({ met, walks }).toEqual({ met: [], walks: 0 })
})
