import { MAX_PART_BYTES } from '../../../../shared/contract/files.ts'
import type { TransferId } from '../../../../shared/ids.ts'
import type { FileOffer, StagedFile } from '../../../../shared/model/files.ts'
import type { Client } from '../../../bridge/bridge.tsx'
import { base64Of } from './picture.ts'

type What = Pick<FileOffer, 'name' | 'type'> & { looks: Partial<Pick<FileOffer, 'kind' | 'width' | 'height' | 'durationMs' | 'wave' | 'thumbnail'>> }

/** Makes bytes ready that this window has, in as many calls as they need. */
export async function stageBlob({ files }: Client, what: What, blob: Blob): Promise<StagedFile> {
  let parts: { id?: TransferId } = {}
  let at = 0
  for (; blob.size - at > MAX_PART_BYTES; at += MAX_PART_BYTES) {
    parts = await files.put({ ...parts, data: await base64Of(blob.slice(at, at + MAX_PART_BYTES)) })
  }
  const last = await base64Of(blob.slice(at))
  return files.stageBytes({ ...what, data: last, ...(parts.id === undefined ? {} : { parts: parts.id }) })
}
