import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { Answer, Knock } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { allowanceOf, answered, refusalOf, type AnswerOptions } from '../door/answer-words.ts'
import { nameAtDoor } from '../door/knock-text.ts'
import { wrongArgument } from '../failure.ts'
import { duration } from '../layout.ts'
import { matchId, matchPerson, nameOfAccount, only, onlyPerson, type Match } from '../resolve.ts'
import { short } from '../short-id.ts'

/** Long enough for a reason, as the log keeps it. */
const MOST_NOTE = 200

const WHO = 'the id of a knock, or the name of who knocks'
const LENGTHS = {
  session: ['--session', 'until this node stops'],
  always: ['--always', 'until you say otherwise'],
  for: ['--for <time>', 'for 30m, 1h, 7d'],
  until: ['--until <date>', 'until then: "2026-12-01 18:00", 18:00, or ISO 8601'],
  scope: ['--scope <scope>', 'this: as large, and that path; capability: all of the kind; everything: from them'],
} as const

/** `latch door allow|deny|ignore|block|unblock|undo`. */
export function registerAnswers(door: Command, context: Context): void {
  door
    .command('allow')
    .description('let somebody in')
    .argument('<who>', WHO)
    .option('--once', 'for one connection (as without any length)')
    .option('--connection', 'as long as the connection lasts on which they knocked')
    .option(...LENGTHS.session)
    .option(...LENGTHS.always)
    .option(...LENGTHS.for)
    .option(...LENGTHS.until)
    .option(...LENGTHS.scope)
    .option('--tell', 'and be told whenever they come in by it')
    .action((who: string, options: AnswerOptions) => answer(context, who, allowanceOf(options, context.io.nowMs())))

  door
    .command('deny')
    .description('say no')
    .argument('<who>', WHO)
    .option('--once', 'to this knock, without a rule (as without any length)')
    .option(...LENGTHS.session)
    .option(...LENGTHS.always)
    .option(...LENGTHS.for)
    .option(...LENGTHS.until)
    .option(...LENGTHS.scope)
    .option('--silently', 'without telling them: it looks as if nobody had answered')
    .action((who: string, options: AnswerOptions) => answer(context, who, refusalOf(options, context.io.nowMs())))

  door
    .command('ignore')
    .description('say nothing, as if nobody were at home')
    .argument('<who>', WHO)
    .action((who: string) => answer(context, who, { verdict: 'ignore' }))

  door
    .command('block')
    .description('never hear of somebody again')
    .argument('<who>', 'the id of a knock, or somebody met before')
    .option('--note <text>', 'why, for your own log', '')
    .action((who: string, { note }: { note: string }) => block(context, who, note))

  door
    .command('unblock')
    .description('hear of them again')
    .argument('<who>', 'somebody you blocked')
    .action(async (who: string) => {
      const client = await context.client()
      const people = await client.contacts.list()
      const { account } = onlyPerson(people, who)
      const result = await client.door.block({ account, blocked: false })
      context.show(result, () => `Unblocked ${nameOfAccount(people, account)}.`)
    })

  door
    .command('undo')
    .description('take an answer back, within ten seconds')
    .argument('[id]', 'the id of the knock; without it, the latest answer')
    .action((id: string | undefined) => undo(context, id))
}

async function answer(context: Context, who: string, verdict: Answer): Promise<void> {
  const client = await context.client()
  const [knocks, people] = await Promise.all([answerable(client), client.contacts.list()])
  await giveAnswer(context, client, knockOf(knocks, people, who), people, verdict)
}

async function giveAnswer(
  context: Context,
  client: Client,
  knock: Knock,
  people: readonly Person[],
  verdict: Answer,
): Promise<void> {
  // What they are told depends on it; asked first, so that nothing can fail behind an answer that was given.
  const settings = await client.settings.get()
  const settled = await client.door.answer({ id: knock.id, answer: verdict })
  context.show(settled, () => answered(settled, verdict, nameAtDoor(knock, people), settings, context.io.nowMs()))
}

/** With a knock of theirs at the door it is the answer to that, and can be taken back; otherwise it is about them. */
async function block(context: Context, who: string, note: string): Promise<void> {
  if (note.length > MOST_NOTE) throw wrongArgument(`--note takes at most ${MOST_NOTE} characters.`)
  const client = await context.client()
  const [knocks, people] = await Promise.all([answerable(client), client.contacts.list()])
  const atDoor = matchKnock(knocks, people, who)
  if (atDoor.found === 'one') return giveAnswer(context, client, atDoor.item, people, { verdict: 'block', note })
  const account = atDoor.found === 'many' ? sameAccount(atDoor.items) : null
  const blocked = account ?? onlyPerson(people, who).account
  const result = await client.door.block({ account: blocked, blocked: true, note })
  context.show(result, () => `Blocked ${nameOfAccount(people, blocked)}: nothing of theirs reaches you.`)
}

async function undo(context: Context, id: string | undefined): Promise<void> {
  const client = await context.client()
  const now = context.io.nowMs()
  const given = (await client.door.recent()).filter(({ undoUntilMs }) => undoUntilMs !== null && undoUntilMs > now)
  const latest = given.toSorted((a, b) => (b.answeredMs ?? 0) - (a.answeredMs ?? 0)).slice(0, 1)
  const match = id === undefined ? matchId(latest, latest[0]?.id ?? '') : matchId(given, id)
  const wanted = only(match, id ?? 'latest', 'answer to take back', (one) => short(one.id))
  const knock = await client.door.undo({ id: wanted.id })
  context.show(knock, () => takenBack(knock, now))
}

function takenBack(knock: Knock, nowMs: number): string {
  if (knock.state === 'pending' || knock.state === 'queued')
    return `Taken back. They are at the door again, ${duration(knock.untilMs - nowMs)} left.`
  if (knock.state === 'missed') return 'Taken back. Their knock is among the missed ones again: latch door recent'
  return 'Taken back: what it allowed is allowed no more, and they are told no.'
}

/** Who is at the door, and whose knock was missed: that can still be answered. */
async function answerable(client: Client): Promise<Knock[]> {
  const [pending, recent] = await Promise.all([client.door.pending(), client.door.recent()])
  return [...pending, ...recent.filter(({ state }) => state === 'missed')]
}

/** The knock that is meant, by its id or by who knocks. Nobody at the door by that name is said in those words. */
function knockOf(knocks: readonly Knock[], people: readonly Person[], who: string): Knock {
  return only(matchKnock(knocks, people, who), who, 'knock', (one) =>
    `${nameAtDoor(one, people)} for ${one.capability} (${short(one.id)})`,
  )
}

/**
 * By its id; by who is at the door now; by who was there. Looked up among all who are known, so that a stranger who
 * calls themselves like a contact is not let in for them.
 */
function matchKnock(knocks: readonly Knock[], people: readonly Person[], who: string): Match<Knock> {
  const byId = matchId(knocks, who)
  if (byId.found !== 'none') return byId
  const person = matchPerson(people, who)
  const meant = person.found === 'one' ? [person.item] : person.found === 'many' ? person.items : []
  const theirs = knocks.filter(({ account }) => meant.some((one) => one.account === account))
  const now = theirs.filter(({ state }) => state !== 'missed')
  const items = now.length > 0 ? now : theirs
  const [item] = items
  if (item === undefined) return { found: 'none' }
  return items.length === 1 ? { found: 'one', item } : { found: 'many', items }
}

function sameAccount(knocks: readonly Knock[]): Knock['account'] | null {
  const [first, ...others] = new Set(knocks.map(({ account }) => account))
  return first !== undefined && others.length === 0 ? first : null
}
