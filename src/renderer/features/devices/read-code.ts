import { MiB } from '../../../shared/units.ts'

/** A photograph of a screen; what is larger is no picture of a code. */
const MAX_PICTURE_BYTES = 32 * MiB

/** Pixels on a side that are looked at: a code of this app is read at a quarter of it. */
const MAX_SIDE_PX = 1_400

/** The text of a QR code in so many pixels, four bytes each; null where there is none. The reader is loaded when it is first needed. */
export async function codeIn(pixels: ImageData): Promise<string | null> {
  const { default: { default: read } } = await import('jsqr')
  return read(pixels.data, pixels.width, pixels.height)?.data ?? null
}

/** What is drawn, no larger than is looked at, as pixels; null where there is nothing yet, as of a camera that starts. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number, canvas: HTMLCanvasElement): ImageData | null {
  if (width === 0 || height === 0) return null
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(width, height))
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return null
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

export type PictureRead = { is: 'code'; text: string } | { is: 'nothing' } | { is: 'broken' }

/** The code in a picture that the person chose. */
export async function codeInPicture(file: Blob): Promise<PictureRead> {
  if (file.size > MAX_PICTURE_BYTES) return { is: 'broken' }
  const picture = await createImageBitmap(file).catch(() => null)
  if (picture === null) return { is: 'broken' }
  try {
    const pixels = pixelsOf(picture, picture.width, picture.height, document.createElement('canvas'))
    const text = pixels === null ? null : await codeIn(pixels)
    return text === null || text === '' ? { is: 'nothing' } : { is: 'code', text }
  } finally {
    picture.close()
  }
}
