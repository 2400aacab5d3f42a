import type { Command } from 'commander'
import type { LedgerSnapshot } from '../../shared/contract/ledger.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Fork, SlotRounds, ValidationReport } from '../../shared/model/consensus.ts'
import type { Peer } from '../../shared/model/peers.ts'
import type { Context } from '../context.ts'
import { exitCodes, wrongArgument } from '../failure.ts'
import { followed } from '../follow.ts'
import { table, time } from '../layout.ts'
import { namedPeople } from '../ledger/find.ts'
import { describeFork } from '../ledger/fork-text.ts'
import { describeSlot, describeSlots, isIdle, isOver } from '../ledger/grid.ts'
import { isAnythingReady, millis, validatorName, worstText } from '../ledger/words.ts'
import { collected, wholeNumber } from '../numbers.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, onlyPeer, type Named } from '../resolve.ts'
import { short } from '../short-id.ts'

/** `latch ledger validators`, `rounds`, `forks` and `validate`: who decides, how, and whether it holds. */
export function registerValidators(ledger: Command, context: Context): void {
  ledger
    .command('validators')
    .description('who decides, and how they keep time')
    .action(() => showValidators(context))

  ledger
    .command('rounds')
    .description('the last slots as a grid: which validator signed what, in which round')
    .option('--follow', 'and then each slot as it ends')
    .action(async ({ follow }: { follow?: boolean }) => {
      const client = await context.client()
      if (follow === true) return followRounds(context)
      const rounds = await client.ledger.rounds()
      context.show(rounds, () => {
        if (rounds.length > 0) return describeSlots(rounds.toSorted((one, other) => other.slot - one.slot), context.io.nowMs())
        return 'No slot was seen yet. Only validators see them, and only where something is decided.'
      })
    })

  ledger
    .command('forks')
    .description('branches that met when a network was one again: which counts and why, which names changed')
    .action(async () => {
      const client = await context.client()
      const [forks, people] = await Promise.all([client.ledger.forks(), namedPeople(client)])
      context.show(forks, () => describeForks(forks, people, context.io.nowMs()))
    })

  ledger
    .command('validate')
    .description('check this chain from a height to its head, or ask peers to check theirs')
    .option('--from <height>', 'the first to be checked; 1 unless told')
    .option('--peer <peer>', 'ask this one: a name, a peer id or the beginning of one; may be said several times', collected)
    .option('--all', 'ask every connected device of this network')
    .action(async (given: { from?: string; peer?: readonly string[]; all?: boolean }) => {
      if (given.all === true && given.peer !== undefined) throw wrongArgument('Say one of --peer and --all.')
      const fromHeight = wholeNumber('--from', given.from, 1, Number.MAX_SAFE_INTEGER, 1)
      await validate(context, fromHeight, given.all === true ? 'all' : (given.peer ?? []))
    })
}

async function showValidators(context: Context): Promise<void> {
  const client = await context.client()
  const [validators, { roundMs, quorum }] = await Promise.all([client.ledger.validators(), client.ledger.head()])
  context.show(validators, () => [
    ...table(
      ['VALIDATOR', 'PEER', 'STATE', 'AT WORST', 'LAST LED', 'NOTE'],
      validators.map((validator) => [
        validatorName(validator),
        short(validator.peerId),
        validator.mine ? 'here' : validator.connected ? 'connected' : 'away',
        worstText(validator, roundMs),
        validator.ledMs === null ? '-' : time(validator.ledMs, context.io.nowMs()),
        validator.accused ? 'signed two blocks' : '-',
      ]),
    ),
    `Δ is ${millis(roundMs)}: delay and difference of clocks together must stay below it. ` +
      `${quorum.faults} of ${quorum.validators} may be false.`,
  ])
}

function spaced(texts: readonly (readonly string[])[]): string[] {
  return texts.flatMap((lines, at) => [...(at === 0 ? [] : ['']), ...lines])
}

/** For a person each slot once, when it is over, and none in which nothing was to be said; for a program each change. */
async function followRounds(context: Context): Promise<void> {
  const client = await context.client()
  let toldUpTo = -1
  let waits = false
  const tell = (slot: SlotRounds): void => {
    if (context.json) return context.show(slot, () => '')
    if (slot.slot <= toldUpTo || !isOver(slot)) return
    toldUpTo = slot.slot
    if (waits || !isIdle(slot)) context.show(slot, () => [...describeSlot(slot, context.io.nowMs()), ''])
  }
  const begin = ({ rounds, status }: LedgerSnapshot): void => {
    toldUpTo = -1
    waits = false
    for (const slot of rounds.toSorted((one, other) => one.slot - other.slot)) tell(slot)
    waits = isAnythingReady(status)
  }
  await followed(
    context,
    (options) => client.ledger.watch(undefined, options),
    (item) => {
      if (item.kind === 'snapshot') begin(item.snapshot)
      else if (item.event.event === 'slot-changed') tell(item.event.rounds)
      else if (item.event.event === 'status-changed') waits = isAnythingReady(item.event.status)
      else if (item.event.event === 'network-changed') begin(item.event.snapshot)
    },
  )
}

function describeForks(forks: readonly Fork[], people: readonly Named[], nowMs: number): string | string[] {
  if (forks.length === 0) return 'No branches have met: this chain has always been one.'
  return spaced(forks.map((fork) => describeFork(fork, people, nowMs)))
}

async function validate(context: Context, fromHeight: number, wanted: readonly string[] | 'all'): Promise<void> {
  const client = await context.client()
  const isOwn = wanted !== 'all' && wanted.length === 0
  const [list, people] = isOwn ? [[], []] : await Promise.all([client.peers.list(), client.contacts.list()])
  const peers = wanted === 'all' ? wanted : wanted.map((who) => onlyPeer(list, people, who).peerId)
  const reports = await client.ledger.validate({ fromHeight, peers }, { signal: context.io.interrupted })
  const isBroken = reports.some(({ peerId, result }) => peerId === null && result.outcome === 'broken')
  const isWhole = reports.length > 0 && reports.every(({ result }) => result.outcome === 'whole')
  context.exitWith(isWhole ? exitCodes.done : isBroken ? exitCodes.failed : exitCodes.refused)
  context.show(reports, () => {
    if (reports.length === 0) return 'Nobody of this network is connected.'
    return table(['WHO', 'FROM', 'CHAIN', 'TOOK'], reports.map((report) => rowOf(report, list, people)))
  })
}

function rowOf(report: ValidationReport, peers: readonly Peer[], people: readonly Person[]): string[] {
  const { peerId, fromHeight, tookMs } = report
  const account = peers.find((peer) => peer.peerId === peerId)?.account ?? null
  const name = account === null ? '' : ` ${nameOfAccount(people, account)}`
  const who = peerId === null ? 'this device' : `${short(peerId)}${name}`
  return [who, String(fromHeight), resultText(report.result, peerId === null), millis(tookMs)]
}

export function resultText(result: ValidationReport['result'], isOwn: boolean): string {
  switch (result.outcome) {
    case 'whole': {
      const against = {
        same: ', the same as here',
        ahead: ', ahead of here',
        behind: ', behind what is here',
        differs: ', another branch than here',
      }[result.standing]
      return `whole up to height ${result.height} (${short(result.head)})${isOwn ? '' : against}`
    }
    case 'broken':
      return `broken at height ${result.firstBadHeight}: ${oneLine(result.why)}`
    case 'refused':
      return `no answer: ${oneLine(result.why)}`
  }
}
