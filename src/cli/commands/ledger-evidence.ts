import type { Command } from 'commander'
import type { EvidenceOfTwo } from '../../shared/model/consensus.ts'
import type { Context } from '../context.ts'
import { exitCodes, wrongArgument } from '../failure.ts'
import { readText, STANDARD, writeParts } from '../files.ts'
import { fields, table, time } from '../layout.ts'
import { evidenceOf } from '../ledger/find.ts'
import { validatorName } from '../ledger/words.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'

interface EvidenceOptions {
  readonly out?: string
  readonly check?: string
}

/** `latch ledger evidence`: validators that signed two blocks. `--check` asks nobody and needs no node. */
export function registerEvidence(ledger: Command, context: Context): void {
  ledger
    .command('evidence')
    .description('validators that signed two blocks; without an id, all')
    .argument('[id]', 'one: what it signed, and both signatures')
    .option('--out <file>', 'write it to a new file, or - for standard output, for anybody to check')
    .option('--check <file>', 'check such a file here, without a node; - reads standard input')
    .action(async (id: string | undefined, { out, check }: EvidenceOptions) => {
      if (check !== undefined) {
        if (id !== undefined || out !== undefined) throw wrongArgument('--check looks at a file alone; leave the others out.')
        return checkIt(context, check)
      }
      if (id === undefined) {
        if (out !== undefined) throw wrongArgument('--out takes one: say its id.')
        return list(context)
      }
      if (out !== undefined) return writeOut(context, id, out)
      const one = await evidenceOf(await context.client(), id)
      context.show(one, () => describe(one, context.io.nowMs()))
    })
}

async function checkIt(context: Context, file: string): Promise<void> {
  const { checkFile, describeChecked, MAX_FILE_BYTES } = await import('../ledger/evidence-file.ts')
  const checked = checkFile(await readText(context.io, file, MAX_FILE_BYTES))
  if (checked.outcome === 'refused') context.exitWith(exitCodes.refused)
  context.show(checked, () => describeChecked(checked).map(oneLine))
}

async function list(context: Context): Promise<void> {
  const all = await (await context.client()).ledger.evidence()
  context.show(all, () => {
    if (all.length === 0) return 'No validator was seen to sign two blocks.'
    return table(
      ['ID', 'SEEN', 'VALIDATOR', 'PEER', 'SLOT', 'ON THE LEDGER', 'WHAT'],
      all.map((one) => [
        short(one.id),
        time(one.seenMs, context.io.nowMs()),
        validatorName(one.validator),
        short(one.validator.peerId),
        String(one.slot),
        one.height === null ? 'not yet' : `block ${one.height}`,
        one.why,
      ]),
    )
  })
}

async function writeOut(context: Context, id: string, file: string): Promise<void> {
  const one = await evidenceOf(await context.rawClient(), id)
  await writeParts(context.io, file, [`${JSON.stringify(one, null, 2)}\n`])
  if (file === STANDARD) return
  context.show({ file, id: one.id }, () => `Wrote ${file}. Anybody can check it: latch ledger evidence --check ${file}`)
}

function describe(one: EvidenceOfTwo, nowMs: number): string[] {
  return fields([
    ['Evidence', one.id],
    ['Seen', time(one.seenMs, nowMs)],
    ['Validator', `${validatorName(one.validator)} (${one.validator.peerId})`],
    ['What', one.why],
    ['Network', one.network],
    ['Slot', `${one.slot}, led by validator ${one.leader + 1}`],
    ['On the ledger', one.height === null ? `not yet: latch ledger submit evidence ${short(one.id)}` : `in block ${one.height}`],
    ['Key', `${one.key} (Ed25519)`],
    ['Signed', one.messages[0]],
    ['Signature', one.signatures[0]],
    ['for block', one.blocks[0]],
    ['Signed', one.messages[1]],
    ['Signature', one.signatures[1]],
    ['for block', one.blocks[1]],
  ])
}
