import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { RulesRead } from '../../shared/model/door.ts'
import { MiB } from '../../shared/units.ts'
import type { Context } from '../context.ts'
import { matchText, untilText, whoText } from '../door/texts.ts'
import { CliError, exitCodes } from '../failure.ts'
import { readText, STANDARD, writeParts } from '../files.ts'
import { plural, table, time } from '../layout.ts'
import { nameOfAccount } from '../resolve.ts'
import { quoted } from '../shell.ts'
import { short } from '../short-id.ts'

/** What the contract takes: thousands of rules. */
const MOST_BYTES = 1 * MiB

/** `latch door rules export|import`: the lasting rules as JSON that is signed. */
export function registerRulesFile(rules: Command, context: Context): void {
  rules
    .command('export')
    .description('the lasting rules as JSON, signed by this device')
    .argument('[file]', 'a new file; without it, or with -, standard output', STANDARD)
    .action(async (file: string) => {
      // Notes may hold what a terminal would act on, and the signature is of the text as it is.
      const isShown = file === STANDARD && context.io.isTerminal
      const { text } = await (await (isShown ? context.client() : context.rawClient())).door.exportRules()
      if (file === STANDARD) return context.show({ text }, () => text.trimEnd())
      await writeParts(context.io, file, once(text))
      context.show({ file, bytes: Buffer.byteLength(text) }, () => `Wrote the rules to ${file}.`)
    })

  rules
    .command('import')
    .description('take the rules of such a file that are not here yet')
    .argument('<file>', 'as latch door rules export wrote it; - reads standard input')
    .option('--dry-run', 'only say who signed it and what stands in it')
    .option('--trust', 'also where a stranger signed it')
    .action((file: string, options: ImportOptions) => takeRules(context, file, options))
}

interface ImportOptions {
  readonly dryRun?: boolean
  readonly trust?: boolean
}

async function takeRules(context: Context, file: string, { dryRun, trust }: ImportOptions): Promise<void> {
  const client = await context.client()
  const text = await readText(context.io, file, MOST_BYTES)
  const [read, people] = await Promise.all([client.door.readRules({ text }), client.contacts.list()])
  if (dryRun === true) return context.show(read, () => describe(read, people, context.io.nowMs()))
  if (read.signedBy.who === 'stranger' && trust !== true) {
    const look = `latch door rules import ${quoted(file)} --dry-run`
    throw new CliError(
      exitCodes.failed,
      `A stranger signed this file (${short(read.signedBy.peerId)}); look at it with ${look}, take it with --trust.`,
      'NOT_ALLOWED',
    )
  }
  const added = await client.door.importRules({ text })
  context.show(added, () => [
    signature(read, people, context.io.nowMs()),
    `Added ${plural(added.length, 'rule')}; ${plural(read.rules.length - added.length, 'was', 'were')} here already.`,
  ])
}

function describe(read: RulesRead, people: readonly Person[], nowMs: number): string[] {
  const rows = read.rules.map(({ draft, state }) => [
    state,
    draft.verdict,
    whoText(draft.who, people),
    draft.capability,
    matchText(draft.match),
    untilText(draft.until, nowMs),
    String(draft.priority),
    draft.note,
  ])
  return [
    signature(read, people, nowMs),
    ...(rows.length === 0
      ? ['It holds no rules.']
      : table(['STATE', 'VERDICT', 'WHO', 'FOR', 'IF', 'UNTIL', 'PRIORITY', 'NOTE'], rows)),
  ]
}

function signature({ signedBy, madeMs }: RulesRead, people: readonly Person[], nowMs: number): string {
  const { who, account, peerId } = signedBy
  const made = `made ${time(madeMs, nowMs)}`
  if (who === 'you') return `Signed by you (${short(peerId)}), ${made}.`
  if (who === 'contact') return `Signed by ${nameOfAccount(people, account)} (${short(peerId)}), ${made}.`
  return `Signed by a stranger: ${account === null ? peerId : nameOfAccount(people, account)}, ${made}.`
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
