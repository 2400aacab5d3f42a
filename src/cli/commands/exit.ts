import type { Exit, ExitChecked, ExitUse } from '../../shared/model/exit.ts'
import type { PeerId } from '../../shared/ids.ts'
import { CliError, exitCodes } from '../failure.ts'
import { bytes, table } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { firstSettled, only } from '../resolve.ts'
import { quoted } from '../shell.ts'
import { beginsWith, short } from '../short-id.ts'

export const register: Register = (program, context) => {
  const exit = program
    .command('exit')
    .description('contacts through whose devices you may open the outside web')
    .action(async () => {
      const exits = await (await context.client()).exit.list()
      context.show(exits, () => (exits.length === 0 ? 'You have no contact with a device that is known.' : exitsTable(exits)))
    })

  exit
    .command('check')
    .description('ask a device of a contact whether it lets you out')
    .argument('<who>', 'a contact, or the id of a device')
    .argument('[host]', 'whether to this host, such as example.org')
    .action(async (text: string, host: string | undefined) => {
      const client = await context.client()
      const peerId = exitOf(await client.exit.list(), text)
      const now = await client.exit.check({ peerId, ...(host === undefined ? {} : { host }) })
      if ((now.host ?? now).state !== 'open') context.exitWith(exitCodes.refused)
      context.show(now, () => `${oneLine(now.called)} (${short(now.peerId)}): ${checkText(now)}`)
    })

  exit
    .command('uses')
    .description('hosts and bytes of today: yours through others, and of others through this device')
    .action(async () => {
      const uses = await (await context.client()).exit.uses()
      context.show(uses, () => (uses.length === 0 ? 'Nothing went out, either way.' : usesTable(uses)))
    })

  exit
    .command('clear')
    .description('forget what was counted')
    .action(async () => {
      const done = await (await context.client()).exit.clear()
      context.show(done, () => 'What was counted is forgotten.')
    })
}

function exitOf(exits: readonly Exit[], text: string): PeerId {
  const match = firstSettled([
    () => exits.filter(({ peerId }) => peerId === text),
    () => exits.filter(({ called }) => called.toLowerCase() === text.toLowerCase()),
    () => exits.filter(({ peerId }) => beginsWith(peerId, text)),
  ])
  if (exits.length === 0) throw new CliError(exitCodes.failed, 'You have no contact with a device that is known.', 'NOT_FOUND')
  return only(match, text, 'device of a contact', ({ called, peerId }) => `${oneLine(called)} (${short(peerId)})`).peerId
}

function exitsTable(exits: readonly Exit[]): string[] {
  return table(
    ['WHO', 'DEVICE', 'STATE'],
    exits.map((exit) => [exit.called, short(exit.peerId), stateText(exit)]),
  )
}

function usesTable(uses: readonly ExitUse[]): string[] {
  return table(
    ['WHOSE', 'THROUGH OR FOR', 'HOST', 'CONNECTIONS', 'SENT', 'RECEIVED', 'REFUSED'],
    uses.map((use) => [
      use.whose === 'ours' ? 'yours' : 'theirs',
      use.called,
      use.port === 443 ? use.host : `${use.host}:${use.port}`,
      String(use.connections),
      bytes(use.sentBytes),
      bytes(use.receivedBytes),
      String(use.refused),
    ]),
  )
}

function checkText({ host, ...exit }: ExitChecked): string {
  if (host === undefined) return stateText(exit)
  const name = oneLine(host.name)
  switch (host.state) {
    case 'open':
      return `lets you out to ${name}`
    case 'knock-first':
      return `has to be asked about ${name}: latch knock ${quoted(exit.called)} --for exit --name ${name}`
    case 'off':
      return `does not let you out to ${name}`
  }
}

function stateText({ state, called, exceptions = false }: Exit): string {
  switch (state) {
    case 'open':
      return exceptions ? 'lets you out, but not to every host: latch exit check <who> <host> says to which' : 'lets you out'
    case 'knock-first':
      return `has to be asked: latch knock ${quoted(called)} --for exit`
    case 'off':
      return exceptions ? 'lets you out to some hosts only: latch exit check <who> <host> says to which' : 'lets nobody out, or not you'
    case 'unknown':
      return 'was not asked yet'
    case 'away':
      return 'is away'
  }
}
