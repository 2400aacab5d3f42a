import type { PendingInvitation } from '../../shared/model/peers.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { duration, fields, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { matchId, only } from '../resolve.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 7

export const register: Register = (program, context) => {
  const invite = program
    .command('invite')
    .description('make an invitation: a link that lets one person through your door')
    .option('--days <days>', 'how long it can be used', String(DEFAULT_DAYS))
    .action(async ({ days }: { days: string }) => {
      const lastsMs = Math.round(Number(days) * DAY_MS)
      if (!Number.isFinite(lastsMs) || lastsMs <= 0)
        throw wrongArgument('--days takes a number of days, such as 7 or 0.5.')
      const made = await (await context.client()).peers.invite({ lastsMs })
      context.show(made, () => [
        made.link,
        '',
        `Can be used once, until ${time(made.invitation.expiresMs, context.io.nowMs())}. Give it to nobody but the one you invite.`,
      ])
    })

  invite
    .command('list')
    .description('invitations of yours that nobody has used yet')
    .action(async () => show(await (await context.client()).peers.invitations(), context))

  invite
    .command('revoke')
    .description('take an invitation back: its link opens nothing any more')
    .argument('<id>', 'as latch invite list shows it, or the beginning of it')
    .action(async (text: string) => {
      const client = await context.client()
      const match = matchId(await client.peers.invitations(), text.toLowerCase())
      const { id } = only(match, text, 'open invitation', (invitation) => invitation.id)
      const left = await client.peers.revokeInvitation({ id })
      context.show(left, () => `Took ${id} back: its link opens nothing any more.`)
    })

  invite
    .command('read')
    .description('what an invitation says, without using it')
    .argument('<link>')
    .action(async (link: string) => {
      const invitation = await (await context.client()).peers.readInvitation({ link })
      context.show(invitation, () =>
        fields([
          ['From', `"${oneLine(invitation.name)}"`],
          ['Account', invitation.account],
          ['Peer', invitation.peerId],
          ['Addresses', invitation.addresses.join('\n') || 'none'],
          ['Network', invitation.network === null ? 'none' : `"${oneLine(invitation.network.label)}" ${invitation.network.id}`],
          ['Until', time(invitation.expiresMs, context.io.nowMs())],
        ]),
      )
    })
}

function show(invitations: readonly PendingInvitation[], context: Context): void {
  const nowMs = context.io.nowMs()
  context.show(invitations, () => {
    if (invitations.length === 0) return 'No open invitation. Make one with: latch invite'
    return table(
      ['ID', 'MADE', 'UNTIL', 'LEFT'],
      invitations.map(({ id, createdMs, expiresMs }) => [
        id,
        time(createdMs, nowMs),
        time(expiresMs, nowMs),
        duration(expiresMs - nowMs),
      ]),
    )
  })
}
