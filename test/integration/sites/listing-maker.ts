import { createHash } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import type { CopyMaker, MadeCopy } from '../../../src/main/features/sites/types.ts'
import { SiteCid, type SiteName } from '../../../src/shared/model/sites.ts'

/** Makes copies that are the list of what was given, and so have another CID for anything else. */
export class ListingMaker implements CopyMaker {
  readonly made = new Map<SiteName, ReadonlyMap<string, string>>()
  /** How often one was begun. */
  begun = 0
  /** Waited for before the first file is taken. */
  hold: Promise<void> = Promise.resolve()
  failing: Error | null = null

  async make(...[site, files, signal, onBytes]: Parameters<CopyMaker['make']>): Promise<MadeCopy> {
    this.begun += 1
    const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    await Promise.race([this.hold, aborted])
    if (this.failing !== null) throw this.failing
    const listed = new Map<string, string>()
    let bytes = 0
    for await (const file of files) {
      const chunks: Uint8Array[] = []
      for await (const chunk of file.read()) chunks.push(chunk)
      const content = Buffer.concat(chunks)
      if (content.byteLength !== file.bytes) throw new Error(`${file.path}: another size than was said`)
      listed.set(file.path, content.toString('latin1'))
      onBytes((bytes += content.byteLength))
    }
    this.made.set(site, listed)
    const hash = createHash('sha256').update(JSON.stringify([...listed])).digest()
    const cid = SiteCid.parse(base32.encode(Uint8Array.of(1, 0x55, 0x12, 32, ...hash)))
    return { cid, files: listed.size, bytes }
  }

  unmake(site: SiteName): Promise<void> {
    this.made.delete(site)
    return Promise.resolve()
  }
}
