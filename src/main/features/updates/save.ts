import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { LatchError } from '../../../shared/errors.ts'
import type { ReleaseFile } from '../../../shared/model/updates.ts'

/**
 * Writes what comes under the name of the release, once all of it came and its hash is the signed one; until then it lies
 * beside, as `.part`. Never over a file that is there. Gives the path.
 * Errors: LatchError CONFLICT (there is one of that name), DAMAGED (other bytes than were signed).
 */
export async function saveVerified(file: ReleaseFile, body: Readable, folder: string): Promise<string> {
  const path = join(folder, file.name)
  if ((await stat(path).catch(() => null)) !== null) throw new LatchError('CONFLICT', `${path} is there already.`)
  const part = `${path}.part`
  await mkdir(folder, { recursive: true })
  await rm(part, { force: true })
  const handle = await open(part, 'wx', 0o600)
  let kept = false
  try {
    const hash = createHash('sha256')
    let sizeBytes = 0
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      sizeBytes += piece.byteLength
      if (sizeBytes > file.sizeBytes) break
      hash.update(piece)
      await handle.write(piece)
    }
    if (sizeBytes !== file.sizeBytes || hash.digest('hex') !== file.sha256) {
      throw new LatchError('DAMAGED', `${file.name} is not the file that was signed, and was thrown away.`)
    }
    await handle.sync()
    kept = true
  } finally {
    body.destroy()
    await handle.close()
    if (!kept) await rm(part, { force: true })
  }
  await rename(part, path)
  return path
}
