import { expect, test } from 'vitest'
import { RoomName } from '../../../src/shared/model/square.ts'
import { DAY, HOUR } from '../../../src/shared/units.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { squareNode } from '../../helpers/square-nodes.ts'

const lobby = RoomName.parse('lobby')

test('rooms are there though the disk is full and nothing old can be deleted, which is tried again', async () => {
  const database = openMemoryDatabase()
  const clock = new FakeClock()
  const before = await squareNode({ database, squareClock: clock })
  await before.square.post(lobby, 'hello')
  await before.close()
  database.prepare(`CREATE TRIGGER full BEFORE DELETE ON square_posts BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`).run()
  await clock.advance(40 * DAY)
  const after = await squareNode({ database, squareClock: clock })
  expect(after.square.posts(lobby, undefined, 10)).toHaveLength(1)
  database.prepare('DROP TRIGGER full').run()
  await clock.advance(HOUR)
  expect(after.square.posts(lobby, undefined, 10)).toEqual([])
  await after.close()
})
