import type { FileOffer } from '../../../../shared/model/files.ts'
import { MAX_THUMBNAIL_BYTES } from '../../../../shared/model/files.ts'
import { HEAD_BYTES, pictureHead, type PictureHead } from './sizes.ts'

/** A picture as it is sent: drawn anew, so that nothing is left of where, when and with what it was taken. */
export interface Prepared {
  name: string
  blob: Blob
  looks: Pick<FileOffer, 'kind' | 'width' | 'height' | 'thumbnail'>
}

/** Pixels of a picture that is unpacked: four bytes each, so that this takes 256 MB for a moment. */
const MAX_PIXELS = 64_000_000
const MAX_SIDE = 16_384
/** As large as a picture is sent; a screen has fewer. What must stay as it is goes as a file, in a folder. */
const SENT_SIDE = 2_560
const QUALITY = 0.86
/** Drawings and pictures of screens stay sharp where that costs no more. */
const MAX_PNG_BYTES = 1_500_000

/** What a file is by its first bytes; null where it goes as it is. */
export async function pictureIn(file: Blob): Promise<PictureHead | null> {
  const head = pictureHead(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()))
  // Drawn anew it would not move any more.
  return head === null || head.type === 'image/gif' ? null : head
}

export function isTooLarge({ width, height }: Pick<PictureHead, 'width' | 'height'>): boolean {
  return width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS
}

/** Draws a picture anew, upright and not larger than it is looked at, with a thumbnail beside it. */
export async function preparePicture(file: File, head: PictureHead): Promise<Prepared> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const canvas = drawn(bitmap, SENT_SIDE)
    const png = head.type === 'image/png' ? await canvas.convertToBlob({ type: 'image/png' }) : null
    const blob = png !== null && png.size <= MAX_PNG_BYTES ? png : await canvas.convertToBlob({ type: lossy(head), quality: QUALITY })
    const thumbnail = await thumbnailOf(bitmap)
    return {
      name: named(file.name, blob.type),
      blob,
      looks: { kind: 'picture', width: canvas.width, height: canvas.height, thumbnail },
    }
  } finally {
    bitmap.close()
  }
}

/** A JPEG knows nothing of what shines through. */
function lossy({ type }: PictureHead): string {
  return type === 'image/jpeg' ? 'image/jpeg' : 'image/webp'
}

/** Sides and qualities, the best first, until one fits. */
const TRIED = [
  [320, 0.7],
  [320, 0.45],
  [240, 0.5],
  [160, 0.5],
  [96, 0.5],
  [48, 0.4],
] as const

async function thumbnailOf(bitmap: ImageBitmap): Promise<string | null> {
  for (const [side, quality] of TRIED) {
    const blob = await drawn(bitmap, side).convertToBlob({ type: 'image/webp', quality })
    if (blob.size <= MAX_THUMBNAIL_BYTES) return base64Of(blob)
  }
  return null
}

function drawn(bitmap: ImageBitmap, maxSide: number): OffscreenCanvas {
  const { width, height } = within(bitmap.width, bitmap.height, maxSide)
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('there is nothing to draw on')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  return canvas
}

/** The same shape, no side longer than `maxSide`. Pure. */
export function within(width: number, height: number, maxSide: number): { width: number; height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

const endings: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' }

/** Its name with the ending of what became of it. Pure. */
export function named(name: string, type: string): string {
  const stem = cleanName(name).replace(/\.[a-z0-9]{1,5}$/i, '')
  return `${stem === '' ? 'picture' : stem}.${endings[type] ?? 'bin'}`
}

/** A name that may be offered: one component, without what is not seen. Pure. */
export function cleanName(name: string): string {
  const clean = name
    .replaceAll(/[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, '')
    .trim()
    .slice(0, 200)
  return /^\.{0,2}$/.test(clean) ? 'file' : clean
}

export function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result.replace(/^[^,]*,/, '') : ''))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('it could not be read')))
    reader.readAsDataURL(blob)
  })
}
