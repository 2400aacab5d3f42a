import { MAX_PICTURE_BYTES } from '../../../shared/model/groups.ts'
import { isTooLarge, pictureIn } from '../chats/files/picture.ts'

/** Sides in pixels and qualities, the best first, until one fits. */
const TRIED = [
  [192, 0.8],
  [192, 0.6],
  [160, 0.6],
  [128, 0.5],
  [96, 0.4],
  [64, 0.3],
] as const

/**
 * The middle of a picture as a small square WebP, base64, drawn anew: nothing is left of where and when it was taken.
 * Null where it is no picture, or one too large to unpack.
 */
export async function groupPicture(file: File): Promise<string | null> {
  const head = await pictureIn(file)
  if (head === null || isTooLarge(head)) return null
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (bitmap === null) return null
  try {
    for (const [side, quality] of TRIED) {
      const blob = await squareOf(bitmap, side).convertToBlob({ type: 'image/webp', quality })
      if (blob.size <= MAX_PICTURE_BYTES) return base64Of(new Uint8Array(await blob.arrayBuffer()))
    }
    return null
  } finally {
    bitmap.close()
  }
}

function squareOf(bitmap: ImageBitmap, side: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('there is nothing to draw on')
  const cut = Math.min(bitmap.width, bitmap.height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, (bitmap.width - cut) / 2, (bitmap.height - cut) / 2, cut, cut, 0, 0, side, side)
  return canvas
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
