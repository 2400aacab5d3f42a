import { describe, expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, textsWith } from './household.ts'
import { People } from './people.ts'
import { Wire } from './wire.ts'

async function two() {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock()
  const a = await home(await people.person(), { people, wire, clock })
  const b = await home(await people.person(), { people, wire, clock })
  return { people, wire, clock, a, b }
}

describe('two devices of two accounts', () => {
  test('a message is stored at both and delivered', async () => {
    const { a, b } = await two()
    const conversation = a.chat.open(b.device.account)
    const sent = await a.chat.send(conversation.id, 'hello')
    expect(sent).toMatchObject({ text: 'hello', position: 1, mine: true, state: 'queued' })
    await eventually('delivery', () => a.chat.trace(sent.id).message.state === 'delivered')
    expect(textsWith(b, a.device.account)).toEqual(['hello'])
    await b.chat.send(conversation.id, 'hello yourself')
    await eventually('the answer', () => textsWith(a, b.device.account).length === 2)
    console.log(a.chat.trace(sent.id).steps, a.chat.conversations())
    await a.stop()
    await b.stop()
  })
})
