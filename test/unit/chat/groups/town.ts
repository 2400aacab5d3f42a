import { afterEach } from 'vitest'
import type { AccountId, ConversationId } from '../../../../src/shared/ids.ts'
import type { Group, GroupHistory } from '../../../../src/shared/model/groups.ts'
import { eventually } from '../../../helpers/eventually.ts'
import { FakeClock } from '../../../helpers/fake-clock.ts'
import { allMessages, home, type Home, type HomeOptions } from '../household.ts'
import { People, type Device } from '../people.ts'
import { Wire } from '../wire.ts'

const STEP_MS = 300
const STEPS_A_LOOK = 8

const homes: Home[] = []

afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** So many people with a device each, on one wire. */
export async function town(count: number) {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock()
  const at = async (device: Device, options: Partial<HomeOptions> = {}): Promise<Home> => {
    const made = await home(device, { people, wire, clock, ...options })
    homes.push(made)
    return made
  }
  const all: Home[] = []
  for (let index = 0; index < count; index++) all.push(await at(await people.person()))
  /** Waits until it is so, while time goes on: slowly enough for what is said to arrive before the next timer. */
  const until = (what: string, isSo: () => boolean): Promise<unknown> =>
    eventually(
      what,
      async () => {
        // To look is dear where there are many.
        for (let step = 0; step < STEPS_A_LOOK; step++) await clock.advance(STEP_MS)
        return isSo()
      },
      { withinMs: 60_000 },
    )
  return { people, wire, clock, at, all, until }
}

export type Town = Awaited<ReturnType<typeof town>>

export const accountOf = (one: Home): AccountId => one.device.account

export function groupOf(one: Home, id: ConversationId): Group | null {
  return one.chat.conversations().find((conversation) => conversation.id === id)?.group ?? null
}

export function textsOf(one: Home, id: ConversationId): string[] {
  return allMessages(one.chat, id).filter(({ kind }) => kind === 'text').map(({ text }) => text)
}

export function noticesOf(one: Home, id: ConversationId): string[] {
  return allMessages(one.chat, id).flatMap(({ notice }) => (notice === null ? [] : [notice.what]))
}

export function stateOf(one: Home, id: ConversationId, who: Home): string | null {
  return groupOf(one, id)?.members.find(({ account }) => account === accountOf(who))?.state ?? null
}

export async function join({ until }: Town, id: ConversationId, newcomers: readonly Home[], everybody: readonly Home[]): Promise<void> {
  for (const one of newcomers) {
    await until('an invitation', () => groupOf(one, id)?.state === 'invited')
    await one.chat.groups.answer(id, true)
  }
  const isKnown = (one: Home): boolean => newcomers.every((other) => stateOf(one, id, other) === 'joined')
  await until('all to know who joined', () => everybody.every(isKnown))
}

/** A group of everybody in a town, made by the first. */
export async function groupIn(around: Town, history: GroupHistory = 'from-joining', all: readonly Home[] = around.all) {
  const [maker, ...others] = all as [Home, ...Home[]]
  const id = await maker.chat.groups.create({ title: 'Hiking', picture: null, history, members: others.map(accountOf) })
  await join(around, id, others, all)
  return { id, maker, others }
}
