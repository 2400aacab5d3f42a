import type { Joining, Linking, OwnDevice } from '../../shared/model/devices.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { table, time } from '../layout.ts'
import { LiveLine } from '../live-line.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { firstSettled, only } from '../resolve.ts'
import { beginsWith, short } from '../short-id.ts'
import { confirm } from './chat-choices.ts'

export const register: Register = (program, context) => {
  const devices = program
    .command('devices')
    .description('devices of this account')
    .action(() => list(context))

  devices
    .command('list')
    .description('the same')
    .action(() => list(context))

  devices
    .command('link')
    .description('show a code that links another device to this account, and wait for it')
    .option('--yes', 'without being asked whether the words are the same: only where you see to that yourself')
    .action((options: { yes?: boolean }) => link(context, options.yes === true))

  devices
    .command('join')
    .description('link this device, which has no account yet, by the code that another one shows')
    .argument('<code>', 'latch:link/…; - reads standard input')
    .option('--label <name>', 'what this device is called')
    .action(async (given: string, { label }: { label?: string }) => {
      const code = given === '-' ? (await context.io.readInput()).trim() : given
      await join(context, code, label ?? context.io.env['HOSTNAME'] ?? 'Terminal')
    })

  devices
    .command('rename')
    .description('call a device something else')
    .argument('<device>', 'its name, or the beginning of its id')
    .argument('<label>')
    .action(async (text: string, label: string) => {
      const client = await context.client()
      const { peerId } = await deviceOf(client, text)
      show(context, await client.devices.rename({ peerId, label }))
    })

  devices
    .command('revoke')
    .description('a device is lost: nobody lets it in any more')
    .argument('<device>')
    .option('--yes', 'without being asked')
    .action(async (text: string, { yes }: { yes?: boolean }) => {
      const client = await context.client()
      const { peerId, label } = await deviceOf(client, text)
      if (yes !== true) await confirm(context, `${oneLine(label)} (${short(peerId)}) is of this account no more. Nothing takes it back.`)
      show(context, await client.devices.revoke({ peerId }))
    })
}

async function list(context: Context): Promise<void> {
  show(context, await (await context.client()).devices.list())
}

function show(context: Context, devices: readonly OwnDevice[]): void {
  const nowMs = context.io.nowMs()
  context.show(devices, () =>
    table(
      ['DEVICE', 'ID', 'ADDED', 'SEEN', 'LACKS'],
      devices.map(({ label, peerId, addedMs, here, connected, lastSeenMs, revoked, behind }) => [
        oneLine(label),
        short(peerId),
        time(addedMs, nowMs),
        revoked ? 'revoked' : here ? 'this one' : connected ? 'connected' : lastSeenMs === null ? 'never' : time(lastSeenMs, nowMs),
        behind === null ? '-' : `${behind.there} there, ${behind.here} here`,
      ]),
    ),
  )
}

async function deviceOf(client: Client, text: string): Promise<OwnDevice> {
  const devices = await client.devices.list()
  const wanted = text.toLocaleLowerCase('en')
  const match = firstSettled([
    () => devices.filter(({ peerId }) => peerId === text),
    () => devices.filter(({ label, revoked }) => !revoked && label.toLocaleLowerCase('en') === wanted),
    () => devices.filter(({ peerId }) => beginsWith(peerId, text)),
  ])
  return only(match, text, 'device', ({ label, peerId }) => `${oneLine(label)} (${short(peerId)})`)
}

/** The code as a picture and as text, then what the other device does, until it is linked. */
async function link(context: Context, isSure: boolean): Promise<void> {
  const { io } = context
  const client = await context.client()
  if (!isSure && !io.canAsk) throw wrongArgument('Somebody has to compare the words. Run this in a terminal, or say --yes.')
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, io.interrupted])
  const events = await client.devices.watch(undefined, { signal })
  const line = new LiveLine(io)
  let last = await client.devices.link()
  let isAnswered = false
  if (context.json) context.show(last, () => [])
  else io.out(`${(await import('../qr-text.ts')).qrText(last.code, io.colour)}\n${last.code}\n\nOn the new device: latch devices join <code>. It counts until ${time(last.untilMs, io.nowMs())}.\n`)
  try {
    for await (const item of events) {
      const linking: Linking | null = item.kind === 'snapshot' ? item.snapshot.linking : item.event.event === 'linking-changed' ? item.event.linking : last
      if (linking === null || linking.code !== last.code) continue
      if (context.json && linking.state !== last.state) context.show(linking, () => [])
      last = linking
      if (linking.state === 'asking' && !isAnswered) {
        isAnswered = true
        line.end()
        const allow = isSure || (await isTheSame(context, linking))
        await client.devices.answerLink({ allow })
      } else if (!context.json) line.say(linkingText(linking), !isEnd(linking.state))
      if (isEnd(linking.state)) break
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
    line.end()
  }
  if (io.interrupted.aborted && !isEnd(last.state)) {
    await client.devices.cancelLink()
    throw new CliError(exitCodes.interrupted, 'The code counts no more.', 'INTERRUPTED')
  }
  if (last.state !== 'done') context.exitWith(exitCodes.refused)
}

async function isTheSame({ io }: Context, { label, words }: Linking): Promise<boolean> {
  const answer = await io.ask(`"${oneLine(label ?? 'A device')}" wants to be one of yours. Both must show: ${words.join(' ')}\nAre they the same? Type "yes": `)
  return answer.trim().toLowerCase() === 'yes'
}

function isEnd(state: Linking['state']): boolean {
  return state === 'done' || state === 'expired' || state === 'refused' || state === 'failed'
}

function linkingText({ state, label, words, why }: Linking): string {
  const who = label === null ? 'The other device' : `"${oneLine(label)}"`
  if (state === 'waiting') return 'Waiting for the other device.'
  if (state === 'asking') return `${who} shows: ${words.join(' ')}`
  if (state === 'sending') return `${who} gets the account.`
  if (state === 'done') return `${who} is linked. What was said comes to it by itself.`
  return why === null ? `Not linked: ${state}.` : `Not linked: ${oneLine(why)}`
}

async function join(context: Context, code: string, label: string): Promise<void> {
  const { io } = context
  const ids = await import('../../shared/model/devices.ts')
  const parsed = ids.LinkCode.safeParse(code)
  if (!parsed.success) throw wrongArgument('That is no code that links a device. It begins with latch:link/')
  const client = await context.client()
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, io.interrupted])
  const events = await client.devices.watchJoining(undefined, { signal })
  const line = new LiveLine(io)
  let last = await client.devices.join({ code: parsed.data, label })
  try {
    for await (const item of events) {
      const joining: Joining = item.kind === 'snapshot' ? item.snapshot : item.event.joining
      if (item.kind === 'snapshot' && joining.state === 'idle') continue
      last = joining
      if (!context.json) line.say(joiningText(joining), joining.state !== 'done' && joining.state !== 'failed')
      if (joining.state === 'done' || joining.state === 'failed') break
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
    line.end()
  }
  const isOver = last.state === 'done' || last.state === 'failed'
  if (io.interrupted.aborted && !isOver) {
    await client.devices.cancelJoin()
    throw new CliError(exitCodes.interrupted, 'Stopped: this device is not linked.', 'INTERRUPTED')
  }
  if (context.json) context.show(last, () => [])
  if (last.state !== 'done') context.exitWith(exitCodes.refused)
}

function joiningText({ state, words, name, why }: Joining): string {
  if (state === 'connecting' || state === 'idle') return 'Looking for the other device.'
  if (state === 'asking') return `Both must show: ${words.join(' ')}. Say yes on the other one.`
  if (state === 'receiving') return 'The account is coming.'
  if (state === 'done') return `This device is ${name === null ? 'linked' : `one of ${oneLine(name)}'s`} now.`
  return `Not linked${why === null ? '' : `: ${oneLine(why)}`}.`
}
