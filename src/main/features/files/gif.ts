/*
 * A GIF is its head, then blocks, each of its own kind; what is not a picture is an extension: comments, XMP (which Adobe's
 * programs write), names of programs. Source: GIF89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */

const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
/** Says how long the picture after it stands, and what of it shines through. */
const CONTROL = 0xf9
const APPLICATION = 0xff

const HEAD_BYTES = 13
const IMAGE_HEAD_BYTES = 10

/** The pictures, how long each stands, and whether they begin anew. Null: it is not one that can be read. Errors: RangeError where it is cut. */
export function gifAlone(data: Buffer): { bytes: Buffer; width: number; height: number } | null {
  if (!['GIF87a', 'GIF89a'].includes(data.toString('latin1', 0, 6))) return null
  let at = HEAD_BYTES + tableBytes(data.readUInt8(10))
  const kept: Buffer[] = [data.subarray(0, at)]
  let control: Buffer | null = null
  let images = 0
  while (at < data.byteLength) {
    const kind = data.readUInt8(at)
    if (kind === TRAILER) break
    if (kind === IMAGE) {
      // Its own colours, then how wide the codes of its pixels are, then these.
      const end = afterBlocks(data, at + IMAGE_HEAD_BYTES + tableBytes(data.readUInt8(at + 9)) + 1)
      kept.push(...(control === null ? [] : [control]), data.subarray(at, end))
      control = null
      images += 1
      at = end
    } else if (kind === EXTENSION) {
      const label = data.readUInt8(at + 1)
      const end = afterBlocks(data, at + 2)
      if (label === CONTROL) control = controlOf(data.subarray(at, end))
      if (label === APPLICATION) kept.push(...loopOf(data, at, end))
      at = end
    } else return null
  }
  // Some end without saying so, and are shown all the same.
  if (images === 0 || at > data.byteLength) return null
  return { bytes: Buffer.concat([...kept, Buffer.from([TRAILER])]), width: data.readUInt16LE(6), height: data.readUInt16LE(8) }
}

/** Of three bytes for each colour; the lowest bits say how many, the highest whether there are any. */
function tableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 0x07) + 1)
}

/** Behind blocks that begin at `at`: each says how long it is, the last is empty. */
function afterBlocks(data: Buffer, at: number): number {
  for (;;) {
    const bytes = data.readUInt8(at)
    at += 1 + bytes
    if (bytes === 0) return at
  }
}

/** Eight bytes; one that says more is left out, and its picture stands as if it said nothing. */
function controlOf(block: Buffer): Buffer | null {
  return block.byteLength === 8 ? block : null
}

/** How often it begins anew, made again: nothing else of an application's is needed to show it. */
function loopOf(data: Buffer, at: number, end: number): Buffer[] {
  const head = data.toString('latin1', at + 3, at + 14)
  if ((head !== 'NETSCAPE2.0' && head !== 'ANIMEXTS1.0') || end < at + 18 || data.readUInt8(at + 14) !== 3 || data.readUInt8(at + 15) !== 1) return []
  return [Buffer.concat([Buffer.from([EXTENSION, APPLICATION, 11]), Buffer.from('NETSCAPE2.0', 'latin1'), Buffer.from([3, 1, ...data.subarray(at + 16, at + 18), 0])])]
}
