import { expect, test } from 'vitest'
import type { PeerStreams } from '../../../src/main/platform/streams.ts'
import { createLedgerProtocol, UnfinishedError } from '../../../src/main/protocols/ledger/index.ts'
import { LEDGER_PROTOCOL } from '../../../src/main/protocols/ledger/constants.ts'
import { encodeReply } from '../../../src/main/protocols/ledger/messages.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { KiB, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { streamPair } from '../knock/wire.ts'
import { person } from './town.ts'

const [me, them] = ['ada', 'eve'].map((name) => ({ peerId: peerIdOf(person(name).account), relayed: false }) as never)

/** How long, in s, a snapshot is waited for whose pieces come every 10 s, so large. Ends after ten minutes at the latest. */
async function waitedFor(pieceBytes: number): Promise<{ seconds: number; error: unknown }> {
  const clock = new FakeClock()
  const { a, b } = streamPair(LEDGER_PROTOCOL, them as never, me as never)
  const streams: PeerStreams = { serve: async () => {}, open: async () => a }
  const protocol = createLedgerProtocol({ streams, clock, offence: () => {} })
  const end = { error: null as unknown }
  const asked = protocol.snapshot(peerIdOf(person('eve').account), 'ab'.repeat(32)).catch((why: unknown) => (end.error = why))
  await b.write(encodeReply({ status: 'snapshot', header: new Uint8Array(100), certificate: new Uint8Array(1) }))
  let seconds = 0
  for (; end.error === null && seconds < (10 * MINUTE) / SECOND; seconds += 10) {
    await b.write(encodeReply({ status: 'piece', bytes: new Uint8Array(pieceBytes), last: true })).catch(() => {})
    await clock.advance(10 * SECOND)
  }
  if (end.error === null) await b.end()
  await asked
  return { seconds, error: end.error }
}

test('a snapshot that trickles is given up long before its ten minutes are over', async () => {
  const { seconds, error } = await waitedFor(100)
  expect(error).toBeInstanceOf(UnfinishedError)
  expect(seconds).toBeLessThanOrEqual(60)
})

test('one that comes over a bad line is waited for', async () => {
  const { seconds, error } = await waitedFor(200 * KiB)
  expect([seconds, error]).toEqual([(10 * MINUTE) / SECOND, expect.objectContaining({ message: expect.stringContaining('took longer') })])
})
