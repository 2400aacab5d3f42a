import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fields } from '../layout.ts'
import { checkRecord, type About, type Checked } from './evidence-check.ts'

/** What `--out` writes has some 4 KiB beside its record in base64. */
export const MAX_FILE_BYTES = 64 * 1024

/** The fields of an exported file that its record can contradict. Others are for reading. */
const EvidenceFile = z.object({
  record: z.base64().max(8_192),
  id: z.string().optional(),
  network: z.string().optional(),
  slot: z.number().optional(),
  leader: z.number().optional(),
  saying: z.string().optional(),
  key: z.string().optional(),
  blocks: z.array(z.string()).optional(),
  messages: z.array(z.string()).optional(),
  signatures: z.array(z.string()).optional(),
  validator: z.object({ peerId: z.string() }).optional(),
})

/**
 * What a file of evidence proves: JSON as `latch ledger evidence <id> --out` writes it, or its `record` alone, in base64.
 * Only the record counts; a file whose other fields say something else is refused, so that nobody reads what nobody signed.
 */
export function checkFile(text: string): Checked {
  const file = readFile(text.trim())
  if (typeof file === 'string') return { outcome: 'refused', why: file, holds: null }
  const record = Buffer.from(file.record, 'base64')
  const checked = checkRecord(record)
  if (checked.outcome === 'refused') return checked
  const lie = lieOf(file, checked.about, createHash('sha256').update(record).digest('hex'))
  return lie === null
    ? checked
    : { outcome: 'refused', why: `What the file says as its ${lie} is not what was signed.`, holds: checked.holds }
}

function readFile(text: string): z.infer<typeof EvidenceFile> | string {
  if (!text.startsWith('{')) {
    const record = z.base64().min(1).safeParse(text.replaceAll(/\s/g, ''))
    return record.success ? { record: record.data } : 'It is neither JSON nor base64.'
  }
  try {
    const parsed = EvidenceFile.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    return `It does not have the fields of evidence (${parsed.error.issues[0]?.path.join('.') || 'the whole'}).`
  } catch {
    return 'It is neither JSON nor base64.'
  }
}

function lieOf(file: z.infer<typeof EvidenceFile>, about: About, id: string): string | null {
  const said: readonly (readonly [string, unknown, unknown])[] = [
    ['id', file.id, id],
    ['network', file.network, about.network],
    ['slot', file.slot, about.slot],
    ['leader', file.leader, about.leader],
    ['saying', file.saying, about.saying],
    ['key', file.key?.toLowerCase(), about.key],
    ['blocks', file.blocks?.join(), about.blocks.join()],
    ['messages', file.messages?.join().toLowerCase(), about.messages.join()],
    ['signatures', file.signatures?.join().toLowerCase(), about.signatures.join()],
    ['validator', file.validator?.peerId, about.peerId],
  ]
  return said.find(([, given, is]) => given !== undefined && given !== is)?.[0] ?? null
}

export function describeChecked(checked: Checked): string[] {
  const { outcome, why, holds } = checked
  const signatures = holds === null ? [] : holds.map((one, at) => `Signature ${at + 1} ${one ? 'holds' : 'does not hold'}.`)
  if (outcome === 'refused') return [`Proves nothing. ${why}`, ...signatures]
  const { about } = checked
  return [
    `Proven. ${why}`,
    ...signatures,
    '',
    ...fields([
      ['Validator', about.peerId],
      ['Key', `${about.key} (Ed25519)`],
      ['Network', about.network],
      ['Slot', `${about.slot}, led by validator ${about.leader + 1} of ${about.validators}`],
      ['After', about.parent],
      ['Signed', about.messages[0]],
      ['Signature', about.signatures[0]],
      ['for block', about.blocks[0]],
      ['Signed', about.messages[1]],
      ['Signature', about.signatures[1]],
      ['for block', about.blocks[1]],
    ]),
    '',
    'Checked on this machine alone, nobody was asked. Whether that key is a validator of the network, its genesis says.',
  ]
}
