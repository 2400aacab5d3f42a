import { fileName } from '../../../src/main/features/browse/downloads/file-name.ts'
import { cleanFileName } from '../../../src/main/features/files/clean-name.ts'
import { MAX_MANIFEST_BYTES } from '../../../src/main/features/files/limits.ts'
import { cleanEntries, decodeManifest, encodeManifest, Layout } from '../../../src/main/features/files/manifest.ts'
import { DecodeError } from '../../../src/main/platform/cbor.ts'
import { all, form, must, REFUSED, refusing, spellings } from '../oracle.ts'

const checks = [form({ decode: decodeManifest, encode: encodeManifest, maxBytes: MAX_MANIFEST_BYTES })]

/** A part of a path that can lie in a folder of any system, and is nothing but a name there. */
function mustBeName(name: string): void {
  must(name !== '' && !/^[.\s-]|[.\s]$/.test(name), 'a name that hides, or is cut off')
  // eslint-disable-next-line no-control-regex
  must(!/[/\\\u0000-\u001f\u007f<>:"|?*]/.test(name) && name.isWellFormed(), 'a name with more in it than a name')
  must(Buffer.byteLength(name) <= 255, 'a name that no disk takes')
}

/** What strangers call files: folders that are offered, single files, downloads of pages. */
export async function fuzz(data: Buffer): Promise<void> {
  for (const said of [data.toString('utf8'), data.toString('utf16le')]) {
    const clean = cleanFileName(said)
    mustBeName(clean)
    must(cleanFileName(clean) === clean, 'a clean name that can be cleaned')
    mustBeName(fileName(said))
  }
  await all(data, checks)
  for (const bytes of spellings(data)) {
    const entries = await refusing([DecodeError], () => decodeManifest(bytes))
    const clean = entries === REFUSED ? null : cleanEntries(entries)
    if (clean === null) continue
    const paths = new Set<string>()
    for (const { path } of clean) {
      path.split('/').forEach(mustBeName)
      paths.add(path.toLowerCase())
    }
    must(paths.size === clean.length, 'two files at one place')
    new Layout('/folder', clean, bytes).segmentsOf(0, 65_536)
  }
}
