import { RecoveryPhrase } from '../../shared/model/identity.ts'
import type { Identity, Me } from '../../shared/model/identity.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { fields, table, time } from '../layout.ts'
import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  const identity = program
    .command('identity')
    .description('who you are on this device')
    .action(async () => show(await (await context.client()).identity.get(), context))

  identity
    .command('create')
    .description('create an account in an empty data folder')
    .argument('<name>', 'what you call yourself')
    .action(async (name: string) =>
      show({ state: 'ready', me: await (await context.client()).identity.create({ name }) }, context),
    )

  identity
    .command('restore')
    .description('restore an account; its twelve words come from standard input, not from the command line')
    .argument('<name>', 'what you call yourself')
    .action(async (name: string) => {
      const phrase = await readPhrase(context)
      show({ state: 'ready', me: await (await context.client()).identity.restore({ name, phrase }) }, context)
    })

  identity
    .command('rename')
    .description('change what you call yourself')
    .argument('<name>')
    .action(async (name: string) =>
      show({ state: 'ready', me: await (await context.client()).identity.rename({ name }) }, context),
    )

  identity
    .command('phrase')
    .description('show the twelve words that restore this account')
    .option('--confirm', 'say that you wrote them down, by giving them on standard input')
    .action(async ({ confirm }: { confirm?: boolean }) => {
      const client = await context.client()
      if (confirm === true) {
        return show(
          { state: 'ready', me: await client.identity.confirmPhrase({ phrase: await readPhrase(context) }) },
          context,
        )
      }
      const { words } = await client.identity.phrase()
      context.show({ words }, () => {
        const rows = [0, 1, 2, 3].map((row) =>
          [0, 4, 8].map((column) => `${row + column + 1}. ${words[row + column] ?? ''}`),
        )
        const [, ...lines] = table(['', '', ''], rows)
        return [...lines, '', 'Whoever has these words has your account. Write them down; show them to nobody.']
      })
    })
}

function show(identity: Identity, context: Context): void {
  context.show(identity, () => {
    if (identity.state === 'none') return 'Nobody yet. Name yourself with: latch identity create <name>'
    if (identity.state === 'locked') return `Locked: ${identity.why}`
    const { me } = identity
    return fields([
      ['Name', me.name],
      ['Account', me.account],
      ['Peer', me.peerId],
      ['Device', me.deviceLabel],
      ['Phrase', me.phrase === 'offered' ? 'not written down yet: latch identity phrase' : me.phrase],
      ['Keys', me.keyProtection],
      ...revokedLine(me, context.io.nowMs()),
    ])
  })
}

/** That the account counts no more: what follows from it, in one sentence. */
export function revokedLine({ revokedMs }: Me, nowMs: number): (readonly [label: string, text: string])[] {
  if (revokedMs === undefined) return []
  const text = `this account was revoked; heard here ${time(revokedMs, nowMs)}. Nobody who knows it lets it in any more, and nothing takes that back.`
  return [['Revoked', text]]
}

async function readPhrase({ io }: Context): Promise<string> {
  const text = io.canAsk ? await io.ask('The twelve words: ') : await io.readInput()
  const phrase = RecoveryPhrase.safeParse(text)
  if (!phrase.success) throw wrongArgument('A recovery phrase is twelve words.')
  return phrase.data
}
