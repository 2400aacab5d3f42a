import type { BlockFacts, BlockLine } from '../../shared/model/blocks.ts'
import { bytes, fields, plural, table, time } from '../layout.ts'
import type { Named } from '../resolve.ts'
import { short } from '../short-id.ts'
import { entryRows, ENTRY_HEADINGS } from './entry-text.ts'
import { signedText, validatorName } from './words.ts'

export function blockTable(blocks: readonly BlockLine[], nowMs: number): string[] {
  return table(
    ['HEIGHT', 'WHEN', 'ID', 'LEADER', 'ENTRIES', 'SIZE', 'SIGNED', 'SLOT'],
    blocks.map((block) => [
      String(block.height) + (block.place === 'beside' ? ' beside' : ''),
      time(block.timestampMs, nowMs),
      short(block.id),
      validatorName(block.leader),
      String(block.entries),
      block.bytes === 0 ? 'header' : bytes(block.bytes),
      signedText(block),
      String(block.slot),
    ]),
  )
}

/** A block on a line of its own, where more will come. */
export function blockText(block: BlockLine): string {
  const beside = block.place === 'beside' ? ', beside the chain' : ''
  const what = `${short(block.id)}, ${plural(block.entries, 'entry', 'entries')}, led by ${validatorName(block.leader)}`
  return `height ${block.height}  ${what}, signed by ${signedText(block)}${beside}`
}

export function describeBlock(facts: BlockFacts, people: readonly Named[], nowMs: number): string[] {
  const { line } = facts
  const about = fields([
    ['Block', line.id],
    ['Height', String(line.height) + (line.place === 'beside' ? ', on a branch that does not count' : '')],
    ['Made', `${time(line.timestampMs, nowMs)}, in slot ${line.slot}, by ${validatorName(line.leader)} (${short(line.leader.peerId)})`],
    ['Parent', facts.parent],
    ['Network', facts.network],
    ['Size', line.bytes === 0 ? 'only its header is here' : bytes(line.bytes)],
    ['Entries root', facts.entriesRoot],
    ['State root', facts.stateRoot],
    ['Signed by', `${signedText(line)}: ${facts.signedBy.map(validatorName).join(', ') || 'nobody'}`],
  ])
  if (facts.entries === null) return [...about, '', 'Its entries are not here: this chain began with a snapshot above it.']
  if (facts.entries.length === 0) return [...about, '', 'No entries.']
  return [...about, '', ...table(ENTRY_HEADINGS, entryRows(facts.entries, people, nowMs))]
}
