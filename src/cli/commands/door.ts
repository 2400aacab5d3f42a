import type { Answer, Knock } from '../../shared/model/door.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Context } from '../context.ts'
import { duration, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { matchId, matchPerson, nameOfAccount, only, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'
import { registerDoorLog } from './door-log.ts'
import { registerRules } from './door-rules.ts'
import { sentence } from './knock.ts'

export const register: Register = (program, context) => {
  const door = program
    .command('door')
    .description('who is at your door, and what your door does by itself')
    .action(async () => {
      const client = await context.client()
      const pending = await client.door.pending()
      const people = pending.length === 0 ? [] : await client.contacts.list()
      context.show(pending, () =>
        pending.length === 0 ? 'Nobody is at the door.' : describe(pending, people, context.io.nowMs()),
      )
    })

  door
    .command('recent')
    .description('missed and answered knocks, newest first')
    .action(async () => {
      const client = await context.client()
      const [knocks, people] = await Promise.all([client.door.recent(), client.contacts.list()])
      context.show(knocks, () => {
        if (knocks.length === 0) return 'Nobody has knocked in the last days.'
        return table(
          ['WHEN', 'WHO', 'FOR', 'OUTCOME', 'SAYS', 'ID'],
          knocks.map((knock) => [
            time(knock.receivedMs, context.io.nowMs()),
            nameOfAccount(people, knock.account),
            knock.capability,
            knock.state,
            knock.greeting === '' ? '-' : `"${oneLine(knock.greeting)}"`,
            short(knock.id),
          ]),
        )
      })
    })

  const allow = door
    .command('allow')
    .description('let somebody in')
    .argument('<who>', 'the id of a knock, or the name of who knocks')
    .option('--once', 'for one connection (as without any of the three)')
    .option('--session', 'until this node stops')
    .option('--always', 'until you say otherwise')
  allow.action((who: string, { session, always }: { session?: boolean; always?: boolean }) => {
    const until = always === true ? 'forever' : session === true ? 'quit' : 'once'
    return answer(
      context,
      who,
      { verdict: 'allow', until },
      always === true ? 'Allowed, always' : session === true ? 'Allowed, until this node stops' : 'Allowed, once',
    )
  })

  door
    .command('deny')
    .description('say no')
    .argument('<who>')
    .option('--always', 'and to whatever they ask for of this kind')
    .action((who: string, { always }: { always?: boolean }) =>
      answer(
        context,
        who,
        { verdict: 'deny', until: always === true ? 'forever' : 'once' },
        always === true ? 'Denied, always' : 'Denied, once',
      ),
    )

  door
    .command('ignore')
    .description('say nothing, as if nobody were at home')
    .argument('<who>')
    .action((who: string) => answer(context, who, { verdict: 'ignore' }, 'Ignored'))

  door
    .command('undo')
    .description('take an answer back, within ten seconds')
    .argument('[id]', 'the id of the knock; without it, the latest answer')
    .action(async (id: string | undefined) => {
      const client = await context.client()
      const now = context.io.nowMs()
      const answered = (await client.door.recent()).filter(
        ({ undoUntilMs }) => undoUntilMs !== null && undoUntilMs > now,
      )
      const latest = answered.toSorted((a, b) => (b.answeredMs ?? 0) - (a.answeredMs ?? 0)).slice(0, 1)
      const match = id === undefined ? matchId(latest, latest[0]?.id ?? '') : matchId(answered, id)
      const knock = await client.door.undo({
        id: only(match, id ?? 'latest', 'answer to take back', (one) => short(one.id)).id,
      })
      context.show(knock, () => `Taken back. They are at the door again, ${duration(knock.untilMs - now)} left.`)
    })

  for (const [verb, blocked, done] of [
    ['block', true, 'Blocked'],
    ['unblock', false, 'Unblocked'],
  ] as const) {
    door
      .command(verb)
      .description(blocked ? 'never hear of somebody again' : 'hear of them again')
      .argument('<who>', blocked ? 'the id of a knock, or somebody met before' : 'somebody you blocked')
      .action(async (who: string) => {
        const client = await context.client()
        const [pending, people] = await Promise.all([client.door.pending(), client.contacts.list()])
        const knock = matchId(pending, who)
        const account = knock.found === 'one' ? knock.item.account : onlyPerson(people, who).account
        const result = await client.door.block({ account, blocked })
        context.show(result, () => `${done} ${nameOfAccount(people, account)}.`)
      })
  }

  door
    .command('sent')
    .description('knocks of yours at other doors')
    .action(async () => {
      const client = await context.client()
      const [sent, people] = await Promise.all([client.door.sent(), client.contacts.list()])
      context.show(sent, () =>
        sent.length === 0
          ? 'You have not knocked anywhere.'
          : sent.map((knock) => {
              const name = knock.account === null ? short(knock.peerId) : nameOfAccount(people, knock.account)
              return oneLine(
                `${short(knock.id)}  ${time(knock.sentMs, context.io.nowMs())}  ${sentence(knock, name, context.io.nowMs())}`,
              )
            }),
      )
    })

  door
    .command('cancel')
    .description('stop waiting for an answer to a knock of yours')
    .argument('<id>')
    .action(async (id: string) => {
      const client = await context.client()
      const knock = only(matchId(await client.door.sent(), id), id, 'knock of yours', (one) => short(one.id))
      const cancelled = await client.door.cancel({ id: knock.id })
      context.show(cancelled, () => 'Cancelled.')
    })

  door
    .command('follow')
    .description('everything that happens at the door, as it happens')
    .action(async () => {
      const client = await context.client()
      const { interrupted } = context.io
      const events = await client.door.watch(undefined, { signal: interrupted })
      try {
        for await (const item of events) {
          if (context.json) context.show(item, () => '')
          else if (item.kind === 'snapshot') await tell(item.snapshot.pending)
          else if (item.event.event === 'knock-changed') await tell([item.event.knock])
        }
      } catch (error) {
        if (!interrupted.aborted) throw error
      }

      async function tell(knocks: readonly Knock[]): Promise<void> {
        const people = await client.contacts.list()
        for (const knock of knocks) context.show(knock, () => describeOne(knock, people, context.io.nowMs()))
      }
    })

  registerDoorLog(door, context)
  registerRules(door, context)
}

async function answer(context: Context, who: string, verdict: Answer, done: string): Promise<void> {
  const client = await context.client()
  const [pending, people] = await Promise.all([client.door.pending(), client.contacts.list()])
  const knock = knockOf(pending, people, who)
  const answered = await client.door.answer({ id: knock.id, answer: verdict })
  const undo = answered.undoUntilMs === null ? '' : ` To take it back: latch door undo ${short(answered.id)}`
  context.show(answered, () => `${done}: ${nameOfAccount(people, knock.account)}.${undo}`)
}

/** The knock that is meant, by its id or by who knocks. Nobody at the door by that name is said in those words. */
function knockOf(pending: readonly Knock[], people: readonly Person[], who: string): Knock {
  const byId = matchId(pending, who)
  if (byId.found !== 'none') return only(byId, who, 'knock', (knock) => short(knock.id))
  const atDoor = people.filter(({ account }) => pending.some((knock) => knock.account === account))
  const person = matchPerson(atDoor, who)
  const knocks =
    person.found === 'one'
      ? pending.filter(({ account }) => account === person.item.account)
      : person.found === 'many'
        ? pending.filter(({ account }) => person.items.some((one) => one.account === account))
        : []
  const [knock] = knocks
  const match =
    knock === undefined
      ? ({ found: 'none' } as const)
      : knocks.length === 1
        ? ({ found: 'one', item: knock } as const)
        : ({ found: 'many', items: knocks } as const)
  return only(
    match,
    who,
    'knock',
    (one) => `${nameOfAccount(people, one.account)} for ${one.capability} (${short(one.id)})`,
  )
}

function describe(pending: readonly Knock[], people: readonly Person[], nowMs: number): string[] {
  return pending.flatMap((knock, at) => [...(at === 0 ? [] : ['']), ...describeOne(knock, people, nowMs)])
}

/** Who, what, from where, until when: in that order, as in the window. */
function describeOne(knock: Knock, people: readonly Person[], nowMs: number): string[] {
  const person = people.find(({ account }) => account === knock.account)
  const known = person?.petname == null ? ' (not a contact)' : ''
  const name = person === undefined ? `"${oneLine(knock.claimedName)}"` : nameOfAccount(people, knock.account)
  const left =
    knock.state === 'pending' || knock.state === 'queued' ? `${duration(knock.untilMs - nowMs)} left` : knock.state
  return [
    `${short(knock.id)}  ${name}${known} asks for ${knock.capability}; ${left}`,
    ...(knock.greeting === '' ? [] : [`  says    "${oneLine(knock.greeting)}"`]),
    ...(person === undefined || person.safetyWords.length === 0 ? [] : [`  words   ${person.safetyWords.join(' ')}`]),
    `  from    ${oneLine(knock.address)} (${knock.route})`,
    ...(knock.before > 0 || knock.requests > 1
      ? [`  before  knocked ${knock.before} times; this stands for ${knock.requests}`]
      : []),
  ]
}
