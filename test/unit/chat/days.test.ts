import { afterEach, expect, test } from 'vitest'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home } from './household.ts'
import { People } from './people.ts'
import { Wire } from './wire.ts'

const homes: Home[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** Three messages a day for three days, to somebody who is away. */
async function threeDays() {
  const people = new People()
  const clock = new FakeClock()
  const one = await home(await people.person(), { people, wire: new Wire(), clock })
  homes.push(one)
  const { id } = one.chat.open((await people.person()).account)
  const beginsMs = clock.nowMs()
  for (const day of [1, 2, 3]) {
    for (const time of ['morning', 'noon', 'evening']) {
      await one.chat.send(id, { text: `${time} of day ${day}` })
      await clock.advance(MINUTE)
    }
    await clock.advance(DAY - 3 * MINUTE)
  }
  const from = (fromMs: number) => one.chat.messages(id, { fromMs }, 2)
  return { beginsMs, from, one, id }
}

test('a page from a day on begins with the first that was said on it, or after it', async () => {
  const { beginsMs, from } = await threeDays()
  expect(from(beginsMs + DAY).messages.map(({ text }) => text)).toEqual(['morning of day 2', 'noon of day 2'])
  expect(from(beginsMs + DAY + 5 * MINUTE).messages.map(({ text }) => text)).toEqual(['morning of day 3', 'noon of day 3'])
  expect(from(beginsMs + DAY)).toMatchObject({ more: true, later: true })
  expect(from(beginsMs - DAY)).toMatchObject({ more: false, later: true })
})

test('from a day on that nobody has said anything since, the newest are shown', async () => {
  const { beginsMs, from } = await threeDays()
  expect(from(beginsMs + 30 * DAY).messages.map(({ text }) => text)).toEqual(['noon of day 3', 'evening of day 3'])
})

test('another conversation, and what was removed, is no part of the day', async () => {
  const { beginsMs, from, one, id } = await threeDays()
  const notes = one.chat.open(one.device.account).id
  await one.chat.send(notes, { text: 'a note' })
  const [morning] = from(beginsMs + DAY).messages
  if (morning !== undefined) await one.chat.remove(morning.id, 'me')
  expect(from(beginsMs + DAY).messages.map(({ text }) => text)).toEqual(['noon of day 2', 'evening of day 2'])
  expect(one.chat.messages(id, { fromMs: beginsMs + 3 * DAY }, 10).messages.map(({ text }) => text)).not.toContain('a note')
})
