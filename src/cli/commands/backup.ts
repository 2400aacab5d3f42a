import { resolve } from 'node:path'
import type { BackupStatus } from '../../shared/model/backup.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { bytes, duration, fields, time } from '../layout.ts'
import { durationOf } from '../measures.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { confirm } from './chat-choices.ts'

const SHORTEST = 8
const SHORTEST_EVERY_MS = 3_600_000

export const register: Register = (program, context) => {
  const backup = program
    .command('backup')
    .description('everything in one file under a passphrase: when the last one was made')
    .action(async () => show(context, await (await context.client()).backup.status()))

  backup
    .command('make')
    .description('write everything into one file')
    .argument('<path>')
    .action(async (path: string) => {
      const passphrase = await newPassphrase(context)
      const made = await (await context.client()).backup.make({ path: resolve(path), passphrase })
      context.show(made, () => `Wrote ${oneLine(made.lastPath ?? path)} (${bytes(made.lastBytes ?? 0)}). Without its passphrase nobody can read it, you neither.`)
    })

  backup
    .command('read')
    .description('what a backup holds; nothing is taken of it')
    .argument('<path>')
    .action(async (path: string) => {
      const contents = await (await context.client()).backup.read({ path: resolve(path), passphrase: await passphraseOf(context) })
      context.show(contents, () =>
        fields([
          ['Of', `${oneLine(contents.name)}, on ${oneLine(contents.deviceLabel)}`],
          ['Made', time(contents.madeMs, context.io.nowMs())],
          ['Holds', `${contents.conversations} conversations, ${contents.messages} messages, ${bytes(contents.bytes)}`],
          ['Revocation', contents.revocation ? 'is in it' : 'is not in it'],
        ]),
      )
    })

  backup
    .command('restore')
    .description('restore a backup into an empty data folder')
    .argument('<path>')
    .action(async (path: string) => {
      const me = await (await context.client()).backup.restore({ path: resolve(path), passphrase: await passphraseOf(context) })
      context.show(me, () => `You are ${oneLine(me.name)} again (${me.account}).`)
    })

  backup
    .command('auto')
    .description('make backups by itself, or stop that')
    .argument('<state>', 'on or off')
    .option('--folder <path>', 'where to; with on')
    .option('--every <time>', '6h, 1d, 1w', '1d')
    .option('--keep <n>', 'how many are kept', '7')
    .action(async (state: string, options: { folder?: string; every: string; keep: string }) => {
      const client = await context.client()
      if (state === 'off') return show(context, await client.backup.automatic({ on: false }))
      if (state !== 'on') throw wrongArgument('Say on or off.')
      const [everyMs, keep] = [durationOf(options.every), Number(options.keep)]
      if (options.folder === undefined) throw wrongArgument('Say where to: --folder <path>.')
      if (everyMs === null || everyMs < SHORTEST_EVERY_MS) throw wrongArgument('--every takes a time of an hour or more, such as 6h, 1d or 1w.')
      if (!Number.isInteger(keep) || keep < 1 || keep > 100) throw wrongArgument('--keep takes a number from 1 to 100.')
      const passphrase = await newPassphrase(context)
      show(context, await client.backup.automatic({ on: true, folder: resolve(options.folder), passphrase, everyMs, keep }))
    })

  const revocation = backup
    .command('revocation')
    .description('write the revocation of this account to a file, to be kept elsewhere')
    .argument('<path>')
    .action(async (path: string) => {
      const written = await (await context.client()).backup.revocation({ path: resolve(path) })
      context.show(written, () => `Wrote ${oneLine(written.path)}. Whoever has it can end your account: keep it where only you find it.`)
    })

  revocation
    .command('publish')
    .description('tell everybody, from any device, that an account counts no more')
    .argument('<path>')
    .option('--yes', 'without being asked')
    .action(async (path: string, { yes }: { yes?: boolean }) => {
      if (yes !== true) await confirm(context, 'The account of this revocation counts no more, for anybody. Nothing takes it back.')
      const published = await (await context.client()).backup.publishRevocation({ path: resolve(path) })
      context.show(published, () => `${published.account} counts no more; told ${published.told} so far.`)
    })
}

function show(context: Context, status: BackupStatus): void {
  const { lastMs, lastPath, lastBytes, automatic, why } = status
  const nowMs = context.io.nowMs()
  context.show(status, () =>
    fields([
      ['Last', lastMs === null ? 'none was made' : `${time(lastMs, nowMs)}, ${oneLine(lastPath ?? '')} (${bytes(lastBytes ?? 0)})`],
      ['By itself', automatic === null ? 'no' : `every ${duration(automatic.everyMs)} to ${oneLine(automatic.folder)}, ${automatic.keep} are kept`],
      ...(why === null ? [] : [['The last one failed', oneLine(why)] as const]),
    ]),
  )
}

/** Never an argument: those are seen by every program of this machine. From the terminal, else the first line of standard input. */
async function passphraseOf({ io }: Context): Promise<string> {
  const text = io.canAsk ? await io.ask('Passphrase: ', { hidden: true }) : ((await io.readInput()).split(/\r?\n/)[0] ?? '')
  if (text.length < SHORTEST) throw wrongArgument(`A passphrase has at least ${SHORTEST} characters.`)
  return text
}

/** A slip of the finger would lock everything away. */
async function newPassphrase(context: Context): Promise<string> {
  const passphrase = await passphraseOf(context)
  if (context.io.canAsk && (await context.io.ask('The same again: ', { hidden: true })) !== passphrase) throw wrongArgument('The two are not the same.')
  return passphrase
}
