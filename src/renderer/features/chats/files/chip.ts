import type { FileOffer } from '../../../../shared/model/files.ts'
import type { StagedFile } from '../../../../shared/model/files.ts'

/** A file that will go with the next message: on its way to being ready, ready, or why not. */
export interface Chip {
  id: string
  name: string
  bytes: number
  kind: FileOffer['kind']
  /** Base64, to be shown at once. */
  thumbnail: string | null
  state: 'preparing' | 'ready' | 'failed'
  staged: StagedFile | null
  why: string | null
}
