import { stripped, type PictureType } from '../../../src/main/features/files/pictures.ts'
import { shownType } from '../../../src/main/features/files/sniff.ts'
import { must } from '../oracle.ts'

const TYPES: readonly PictureType[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

/** Pictures without what they say beside the picture; and what a file is shown as. */
export async function fuzz(data: Buffer): Promise<void> {
  shownType(data)
  for (const type of TYPES) {
    const plain = stripped(data, type)
    if (plain === null) continue
    // A turn that is kept is written anew, in 36 bytes; a loop of a GIF in 19 and its end in one.
    must(plain.bytes.byteLength <= data.byteLength + 64, 'a picture that grew')
    const again = stripped(plain.bytes, type)
    must(again !== null && Buffer.compare(again.bytes, plain.bytes) === 0, 'a plain picture that has more to lose')
    must(again.width === plain.width && again.height === plain.height, 'a picture of another size')
  }
}
