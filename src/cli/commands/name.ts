import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { namedPeople, ownAccount } from '../ledger/find.ts'
import { nameOf } from '../names/find.ts'
import { describeMine, describeOther, listNames } from '../names/mine-text.ts'
import type { Register } from '../program.ts'
import { registerClaim } from './name-claim.ts'
import { registerOwnership } from './name-owner.ts'
import { registerRevocation } from './name-revoke.ts'
import { registerZone } from './name-zone.ts'

export const register: Register = (program, context) => {
  const name = program
    .command('name')
    .description('names of yours: claim them, say where they point')
    .action(() => list(context))

  name
    .command('list')
    .description('names of yours, on their way to you, or offered to you (as without a word)')
    .action(() => list(context))

  name
    .command('show')
    .description('one name: whose it is, and of yours where it points and who holds that')
    .argument('<name>', 'alice, or alice.peer')
    .action((text: string) => show(context, text))

  registerClaim(name, context)
  registerOwnership(name, context)
  registerZone(name, context)
  registerRevocation(name, context)
}

async function list(context: Context): Promise<void> {
  const client = await context.client()
  const mine = await client.names.mine()
  if (context.json || mine.length === 0)
    return context.show(mine, () => 'You have no name. Claim one: latch name claim <name>')
  const [me, people] = await Promise.all([ownAccount(client), namedPeople(client)])
  context.show(mine, () => listNames(mine, me, people, context.io.nowMs()))
}

async function show(context: Context, text: string): Promise<void> {
  const client = await context.client()
  const { name, fullName } = await nameOf(client, text)
  const [mine, onLedger, people] = await Promise.all([mineOf(client, name), client.ledger.name({ name }), namedPeople(client)])
  context.show({ onLedger, mine }, () => {
    const nowMs = context.io.nowMs()
    if (mine !== null) return describeMine(mine, people, nowMs)
    return onLedger === null ? `Nobody has ${fullName}. Claim it: latch name claim ${fullName}` : describeOther(onLedger, fullName, people, nowMs)
  })
}

async function mineOf(client: Client, name: string) {
  return (await client.names.mine()).find((one) => one.name === name) ?? null
}
