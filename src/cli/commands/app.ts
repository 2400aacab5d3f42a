import type { App } from '../../shared/model/apps.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { fields, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { call, type CallOptions } from './app-call.ts'

export const register: Register = (program, context) => {
  const app = program
    .command('app')
    .description('programs of yours that may speak with those of others')
    .action(() => list(context))

  app
    .command('list')
    .description('the same')
    .action(() => list(context))

  app
    .command('add')
    .description('register a program; its token is told once')
    .argument('<id>', 'the same on both sides: 1 to 63 of a-z 0-9 . -')
    .option('--title <text>', 'what you call it')
    .action(async (given: string, { title }: { title?: string }) => {
      const id = await appId(given)
      const made = await (await context.client()).apps.register({ id, ...(title === undefined ? {} : { title }) })
      await tell(context, made)
    })

  app
    .command('renew')
    .description('a new token for a program; the old one opens nothing any more')
    .argument('<id>')
    .action(async (given: string) => {
      const id = await appId(given)
      await tell(context, await (await context.client()).apps.renew({ id }))
    })

  app
    .command('remove')
    .description('remove a program, its token, and what it has open')
    .argument('<id>')
    .action(async (given: string) => {
      const id = await appId(given)
      const done = await (await context.client()).apps.remove({ id })
      context.show(done, () => `Removed ${id}. Rules of the door about app:${id} stay: latch door rules`)
    })

  app
    .command('call')
    .description('ask a program of somebody else, and print its answer')
    .argument('<who>', 'a name, an account or a peer')
    .argument('<app>', 'the id of their program')
    .argument('<method>', 'what is asked of it: words between slashes')
    .argument('[value]', 'any JSON; - reads it from standard input')
    .option('--file <path>', 'send a file, of any size')
    .option('--out <path>', 'write the answer to a new file; - is standard output')
    .option('--deadline <time>', 'how long it may take, all in all: 45s, 10m, 1h', '2m')
    .option('--no-knock', 'do not ask to be let in')
    .action(async (who: string, given: string, method: string, value: string | undefined, options: CallOptions) => {
      await call(context, { who, app: await appId(given), method, value }, options)
    })
}

async function appId(text: string): Promise<App['id']> {
  const { AppId } = await import('../../shared/model/apps.ts')
  const id = AppId.safeParse(text.replace(/^app:/, ''))
  if (!id.success) throw wrongArgument(`"${oneLine(text)}" is no id of a program: 1 to 63 of a-z 0-9 . -, a letter or digit first.`)
  return id.data
}

/** The address is told with the token: the program needs both, and nothing of `control.json`. */
async function tell(context: Context, { app, token }: { app: App; token: string }): Promise<void> {
  const { url } = await context.control()
  context.show({ app, token, url }, () => [
    ...fields([
      ['LATCH_URL', url],
      ['LATCH_TOKEN', token],
    ]),
    '',
    `This token opens what is for the program ${app.id}, and nothing else. It is shown once. To make another: latch app renew ${app.id}`,
  ])
}

async function list(context: Context): Promise<void> {
  const apps = await (await context.client()).apps.list()
  context.show(apps, () => {
    if (apps.length === 0) return 'No programs yet. Register one with: latch app add <id>'
    return table(
      ['ID', 'TITLE', 'STATE', 'REGISTERED'],
      apps.map(({ id, title, isConnected, lastSeenMs, createdMs }) => [
        id,
        title,
        isConnected ? 'connected' : lastSeenMs === null ? 'never seen' : `seen ${time(lastSeenMs, context.io.nowMs())}`,
        time(createdMs, context.io.nowMs()),
      ]),
    )
  })
}
