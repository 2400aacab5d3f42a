import { wrongArgument } from '../failure.ts'
import { fields, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'

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
          ['Until', time(invitation.expiresMs, context.io.nowMs())],
        ]),
      )
    })
}
