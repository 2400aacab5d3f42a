import type { KnownNetwork, NetworkPreview, ValidatorCard } from '../../shared/model/networks.ts'
import { fields, plural, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'
import { millis, validatorName } from './words.ts'

export function called({ label }: Pick<KnownNetwork, 'label'>): string {
  return `"${oneLine(label)}"`
}

/** What a link says, before anything is joined. */
export function describePreview(preview: NetworkPreview, nowMs: number): string[] {
  return [
    ...fields([
      ['Network', preview.id],
      ['Called', `${called(preview)} by whoever made the link`],
      ['Names', `end in .${preview.tld}`],
      ['Validators', preview.validators.map((one) => `${validatorName(one)} (${short(one.peerId)})`).join('\n')],
      ['Faults', `${preview.faults} of ${preview.validators.length} may be false`],
      ['Clock', `Δ ${millis(preview.roundMs)}, a slot each ${millis(preview.slotMs)}, since ${time(preview.startMs, nowMs)}`],
    ]),
    preview.known ? 'This device knows it already.' : 'Nothing was joined. To join: latch network join <link>',
  ]
}

export function describeCard(card: ValidatorCard, nowMs: number): string[] {
  return fields([
    ['Validator', validatorName(card)],
    ['Peer', card.peerId],
    ['Addresses', card.addresses.join('\n') || 'none'],
    ['Made', time(card.madeMs, nowMs)],
  ])
}

/** A network that was just made, and what to do with it. */
export function describeMade(made: KnownNetwork): string[] {
  const who = plural(made.validators.length, 'validator')
  return [
    `Made ${called(made)} (${short(made.id)}) of ${who}, of which ${made.faults} may be false.`,
    made.active ? 'It is active now.' : `To make it active: latch network use ${short(made.id)}`,
    `For the others: latch network link ${short(made.id)}`,
  ]
}
