import type { Context } from '../context.ts'
import { describeHead } from '../ledger/head-text.ts'
import type { Register } from '../program.ts'
import { registerBlocks } from './ledger-blocks.ts'
import { registerEntries } from './ledger-entries.ts'
import { registerEvidence } from './ledger-evidence.ts'
import { registerLedgerFollow } from './ledger-follow.ts'
import { registerNames } from './ledger-names.ts'
import { registerSubmit } from './ledger-submit.ts'
import { registerValidators } from './ledger-validators.ts'

export const register: Register = (program, context) => {
  const ledger = program
    .command('ledger')
    .description('who owns which name: blocks, entries, validators, what they decide')
    .action(() => showHead(context))

  ledger
    .command('head')
    .description('the ledger now: network, height, who decides, how far behind (as without a word)')
    .action(() => showHead(context))

  registerBlocks(ledger, context)
  registerEntries(ledger, context)
  registerSubmit(ledger, context)
  registerNames(ledger, context)
  registerValidators(ledger, context)
  registerEvidence(ledger, context)
  registerLedgerFollow(ledger, context)
}

async function showHead(context: Context): Promise<void> {
  const status = await (await context.client()).ledger.head()
  context.show(status, () => describeHead(status, context.io.nowMs()))
}
