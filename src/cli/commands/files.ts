import { resolve } from 'node:path'
import type { Transfer } from '../../shared/model/files.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../failure.ts'
import { isOver, progressOf, transferTable } from '../files-text.ts'
import { followed } from '../follow.ts'
import { LiveLine } from '../live-line.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { firstSettled, matchId, only } from '../resolve.ts'
import { short } from '../short-id.ts'

export const register: Register = (program, context) => {
  const ID = ['<file>', 'its id as latch files shows it, the beginning of it, or its name'] as const
  const files = program
    .command('files')
    .description('files on their way, and those that came and went')
    .action(() => list(context))

  files
    .command('list')
    .description('the same')
    .action(() => list(context))

  files
    .command('accept')
    .description('fetch a file that was offered')
    .argument(...ID)
    .option('--folder <path>', 'into another folder than the one for downloads')
    .option('--wait', 'until it is here, and show how far it is')
    .action(async (text: string, { folder, wait }: { folder?: string; wait?: boolean }) => {
      const client = await context.client()
      const { id } = await transferOf(client, text)
      const accepted = await client.files.accept({ id, ...(folder === undefined ? {} : { folder: resolve(folder) }) })
      if (wait === true) return waitFor(context, client, id)
      context.show(accepted, () => `${oneLine(accepted.offer.name)} is fetched: latch files follow ${short(id)}`)
    })

  const acts = [
    ['refuse', 'do not fetch it', 'is not fetched.'],
    ['pause', 'stop for now; what came is kept', 'stands still; what came is kept.'],
    ['resume', 'go on where it stopped', 'goes on.'],
    ['cancel', 'stop, and remove what came; of your own: nobody gets it any more', 'is cancelled.'],
  ] as const
  for (const [act, about, outcome] of acts) {
    files
      .command(act)
      .description(about)
      .argument(...ID)
      .action(async (text: string) => {
        const client = await context.client()
        const { id } = await transferOf(client, text)
        const changed = await client.files[act]({ id })
        context.show(changed, () => `${oneLine(changed.offer.name)} ${outcome}`)
      })
  }

  files
    .command('follow')
    .description('how far files are, as they come and go; of one, until it is here')
    .argument('[file]')
    .action(async (text: string | undefined) => {
      const client = await context.client()
      if (text !== undefined) return waitFor(context, client, (await transferOf(client, text)).id)
      await follow(context, client)
    })
}

async function list(context: Context): Promise<void> {
  const client = await context.client()
  const [transfers, people] = await Promise.all([client.files.list(), client.contacts.list()])
  context.show(transfers, () => {
    if (transfers.length === 0) return 'No files. To send one: latch chat send-file <who> <path>'
    return transferTable(transfers, people, context.io.nowMs())
  })
}

/** By its name where only one is called so. Errors: CliError. */
async function transferOf(client: Client, text: string): Promise<Transfer> {
  const transfers = await client.files.list()
  const byId = matchId(transfers, text)
  const match = byId.found === 'none' ? firstSettled([() => transfers.filter(({ offer }) => offer.name === text)]) : byId
  return only(match, text, 'file', ({ id, offer }) => `${oneLine(offer.name)} (${short(id)})`)
}

/** A line that changes while it comes; exit code 4 where it ends without being here. */
async function waitFor(context: Context, client: Client, id: Transfer['id']): Promise<void> {
  const line = new LiveLine(context.io)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, context.io.interrupted])
  let last: Transfer | null = null
  try {
    for await (const item of await client.files.watch(undefined, { signal })) {
      const news = item.kind === 'snapshot' ? item.snapshot.transfers : item.event.event === 'transfer-changed' ? [item.event.transfer] : []
      last = news.find((one) => one.id === id) ?? last
      if (last === null || item.kind === 'event' && item.event.event === 'transfer-gone' && item.event.id === id) break
      if (!context.json) line.say(progressOf(last), !isOver(last))
      if (isOver(last)) break
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
    line.end()
  }
  const end = last
  if (end === null) return context.exitWith(exitCodes.refused)
  if (context.json) context.show(end, () => [])
  else if (end.path !== null) context.show(end, () => `It is here: ${oneLine(end.path ?? '')}`)
  if (context.io.interrupted.aborted) return context.exitWith(exitCodes.interrupted)
  if (end.state !== 'done' && end.direction === 'in') context.exitWith(exitCodes.refused)
}

/** Each on a line of its own when something other than how far it is has changed; with `--json`, everything. */
async function follow(context: Context, client: Client): Promise<void> {
  const line = new LiveLine(context.io)
  const states = new Map<string, string>()
  await followed(
    context,
    (options) => client.files.watch(undefined, options),
    (item) => {
      if (item.kind !== 'event' || item.event.event !== 'transfer-changed') return
      const { transfer } = item.event
      if (context.json) return context.show(transfer, () => [])
      const isNew = states.get(transfer.id) !== transfer.state
      states.set(transfer.id, transfer.state)
      if (isNew || context.io.isTerminal) line.say(progressOf(transfer), transfer.state === 'running')
    },
  )
  line.end()
}
