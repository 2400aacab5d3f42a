import { keyOf, readKey } from '../../../src/main/node/dht-records.ts'
import { limitIn, MAX_HOP_STATUS_BYTES } from '../../../src/main/node/hop-status.ts'
import { idsOf, textOf } from '../../../src/main/node/gossip-ids.ts'
import { idOfCid } from '../../../src/main/features/copies/dag/block-id.ts'
import { must } from '../oracle.ts'

/** Keys of records in the DHT, what a relay says of a place, ids of gossip, CIDs of zones. */
export async function fuzz(data: Buffer): Promise<void> {
  const key = readKey(data)
  if (key !== null) must(Buffer.compare(keyOf(key.kind, key.id), data) === 0, 'a key with two forms')
  const limit = limitIn(data.subarray(0, MAX_HOP_STATUS_BYTES))
  if (limit !== null) must([limit.durationMs, limit.dataBytes].every((figure) => figure === null || figure >= 0), 'a limit below nothing')
  must(textOf(idsOf('topic', data).wire).length > 0, 'no id')
  idOfCid(data.toString('utf8'))
}
