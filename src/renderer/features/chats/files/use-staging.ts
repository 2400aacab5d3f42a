import { useTranslation } from 'react-i18next'
import { MAX_STAGED_BYTES } from '../../../../shared/contract/files.ts'
import { FileOffer, MAX_FILES_A_MESSAGE, type StagedFile } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { failureOf } from '../../../bridge/failure.ts'
import { useComposing } from '../composer/composing.ts'
import type { Chip } from './chip.ts'
import type { Dropped } from './dropped.ts'
import { cleanName, isTooLarge, pictureIn, preparePicture } from './picture.ts'
import { stageBlob } from './stage-blob.ts'

/** The one chip that stands for all that a message has no place for. */
const TOO_MANY = 'too many'

export interface Staging {
  /** Files whose bytes this window has: chosen, pasted. */
  files: (files: readonly File[]) => void
  /** Folders may be among them. */
  dropped: (dropped: readonly Dropped[]) => void
  /** A path of this machine, chosen in a dialog of the system. */
  path: (kind: 'open-file' | 'open-folder') => void
}

/** Makes files ready for the next message, each on its own; what fails says why and is in nobody's way. */
export function useStaging(draftKey: string): Staging {
  const { t } = useTranslation()
  const client = useClient()
  const putChip = useComposing((store) => store.putChip)

  const begin = (name: string, bytes: number): Chip | null => {
    const { files = [] } = useComposing.getState().of.get(draftKey) ?? {}
    const chip: Chip = { id: crypto.randomUUID(), name, bytes, kind: 'file', thumbnail: null, state: 'preparing', staged: null, why: null }
    if (files.length >= MAX_FILES_A_MESSAGE) {
      // Once for all that have no place: what is not sent is not passed over in silence.
      putChip(draftKey, TOO_MANY, { ...chip, id: TOO_MANY, state: 'failed', why: t('chats.files.tooMany', { count: MAX_FILES_A_MESSAGE }) })
      return null
    }
    putChip(draftKey, chip.id, chip)
    return chip
  }
  const finish = (chip: Chip, staging: Promise<StagedFile>): void => {
    staging.then(
      (staged) => {
        const { offer } = staged
        const isWanted = useComposing.getState().of.get(draftKey)?.files.some(({ id }) => id === chip.id)
        // Taken away while it was prepared: nothing of it is kept, and nobody waits for that.
        if (isWanted !== true) return void client.files.unstage({ id: staged.id }).catch(() => {})
        putChip(draftKey, chip.id, { ...chip, name: offer.name, bytes: offer.bytes, kind: offer.kind, thumbnail: offer.thumbnail, state: 'ready', staged })
      },
      (error: unknown) => {
        const why = error instanceof Refused ? error.message : (failureOf(error).detail ?? t('chats.files.failed'))
        putChip(draftKey, chip.id, { ...chip, state: 'failed', why })
      },
    )
  }

  const stage = async ({ file, isFolder }: Dropped): Promise<StagedFile> => {
    const head = isFolder ? null : await pictureIn(file)
    if (head !== null) {
      if (isTooLarge(head)) throw new Refused(t('chats.files.hugePicture', { width: head.width, height: head.height }))
      const { name, blob, looks } = await preparePicture(file, head)
      return stageBlob(client, { name, type: blob.type, looks }, blob)
    }
    if (isFolder || file.size > MAX_STAGED_BYTES) {
      const path = (await window.latch?.pathOf(file)) ?? null
      if (path === null) throw new Refused(t(isFolder ? 'chats.files.noFolder' : 'chats.files.tooLarge'))
      return client.files.stage({ path, looks: {} })
    }
    const type = FileOffer.shape.type.safeParse(file.type)
    const what = { name: cleanName(file.name), type: type.success ? type.data : 'application/octet-stream', looks: {} }
    return stageBlob(client, what, file)
  }

  const dropped = (all: readonly Dropped[]): void => {
    for (const one of all) {
      const chip = begin(one.file.name, one.isFolder ? 0 : one.file.size)
      if (chip !== null) finish(chip, stage(one))
    }
  }

  return {
    files: (files) => dropped(files.map((file) => ({ file, isFolder: false }))),
    dropped,
    path: (kind) => {
      void client.node.choosePath({ kind }).then(({ path }) => {
        const chip = path === null ? null : begin(path.replace(/^.*[/\\]/, ''), 0)
        if (chip !== null && path !== null) finish(chip, client.files.stage({ path, looks: {} }))
      }, () => {})
    },
  }
}

/** Why this window did not even try; said to the person as it is. */
class Refused extends Error {}
