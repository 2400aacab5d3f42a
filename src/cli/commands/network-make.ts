import type { Command } from 'commander'
import type { NetworkDraft } from '../../shared/model/networks.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { readText } from '../files.ts'
import { describeMade } from '../ledger/network-text.ts'
import { collected, wholeNumber } from '../numbers.ts'
import { oneLine } from '../plain.ts'

/** As a genesis allows, without this device. */
const MOST_CARDS = 63
/** 63 cards of 2 KiB, their line ends and remarks. */
const MAX_CARDS_BYTES = 192 * 1024
const LEAST_ROUND_MS = 50
const MOST_ROUND_MS = 60_000

interface MakeOptions {
  readonly label?: string
  readonly card?: readonly string[]
  readonly cards?: string
  readonly faults?: string
  readonly roundMs?: string
  readonly tld?: string
}

/** `latch network make`: a genesis, of this device and of those whose cards are given. */
export function registerMake(network: Command, context: Context): void {
  network
    .command('make')
    .description('make a network, of this device and of those whose cards are given')
    .option('--label <text>', 'what you call it')
    .option('--card <link>', 'a validator beside this device; may be said several times', collected)
    .option('--cards <file>', 'a file with a card on each line; - reads standard input')
    .option('--faults <t>', 'how many validators may be false; as many as leave an honest majority unless told')
    .option('--round-ms <ms>', 'Δ, within which every message must come; 500 unless told')
    .option('--tld <letters>', 'what its names end in; peer unless told')
    .action(async (options: MakeOptions) => {
      const draft = await draftOf(context, options)
      const made = await (await context.client()).networks.make(draft)
      context.show(made, () => describeMade(made))
    })
}

async function draftOf(context: Context, options: MakeOptions): Promise<NetworkDraft> {
  const { label = '', tld = 'peer' } = options
  if (label.trim() === '' || label.trim().length > 64)
    throw wrongArgument('Say what you call it, in 1 to 64 characters: latch network make --label <text>')
  if (!/^[a-z]{2,16}$/.test(tld)) throw wrongArgument('--tld takes 2 to 16 small letters.')
  const faults = wholeNumber('--faults', options.faults, 0, MOST_CARDS, undefined)
  const roundMs = wholeNumber('--round-ms', options.roundMs, LEAST_ROUND_MS, MOST_ROUND_MS, undefined)
  const lines = options.cards === undefined ? [] : await linesOf(context, options.cards)
  const cards = [...new Set([...(options.card ?? []).map((card) => card.trim()), ...lines])]
  if (cards.length > MOST_CARDS) throw wrongArgument(`A network has at most ${MOST_CARDS} validators beside this device.`)
  for (const card of cards) {
    if (!/^latch:\/\/validator\/[A-Za-z0-9_-]+$/.test(card))
      throw wrongArgument(`"${oneLine(card.slice(0, 40))}" is not the card of a validator: it begins with latch://validator/.`)
  }
  if (faults !== undefined && faults > cards.length)
    throw wrongArgument(`Of ${cards.length + 1} validators at most ${cards.length} can be false.`)
  return {
    label: label.trim(),
    tld,
    cards,
    ...(faults === undefined ? {} : { faults }),
    ...(roundMs === undefined ? {} : { roundMs }),
  }
}

/** A card on each line; empty lines and those that begin with `#` are for people. */
async function linesOf(context: Context, file: string): Promise<string[]> {
  const text = await readText(context.io, file, MAX_CARDS_BYTES)
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}
