import { readQuestion } from '../../../src/main/features/names/dns/answer.ts'
import { readQuery, writeRefusal, writeReply } from '../../../src/main/features/names/dns/wire.ts'
import { must } from '../oracle.ts'

const NO_RECORDS = { rcode: 'noSuchName', answers: [], authorities: [], error: { code: 22, why: 'No.' } } as const

/** Questions of the DNS, from whatever runs on this machine. */
export async function fuzz(data: Buffer): Promise<void> {
  const read = readQuery(data)
  if (read.outcome === 'ignored') return
  const reply = read.outcome === 'refused' ? writeRefusal(read) : writeReply(read.query, NO_RECORDS, 'udp')
  must((reply.readUInt16BE(2) & 0x8000) !== 0 && readQuery(reply).outcome === 'ignored', 'an answer that is a question')
  if (read.outcome === 'query') readQuestion(read.query, 'peer')
}
