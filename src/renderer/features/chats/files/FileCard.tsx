import { Ban, CircleAlert, FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../../shared/ids.ts'
import type { FileOffer, Transfer } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall, type Call } from '../../../bridge/use-call.ts'
import { useTransfer } from '../../files/store.ts'
import { sizeText } from '../../../ui/amounts.ts'
import { Button } from '../../../ui/Button.tsx'
import { cx } from '../../../ui/cx.ts'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Progress } from '../../../ui/Progress.tsx'
import { useTalk } from '../talk.ts'
import { kindIcons } from './Chips.tsx'
import css from './FileCards.module.css'
import { actionsOf, halves, stateOf, type FileAction } from './file-state.ts'

/** A file or a folder: what it is, how far it came, and what can be done. */
export function FileCard({ message, offer }: { message: MessageId; offer: FileOffer }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const transfer = useTransfer(message, offer.file)
  const act = useCall(async (action: FileAction) => {
    if (transfer !== null) await client.files[action]({ id: transfer.id })
  })
  const isBad = transfer?.state === 'failed'
  const quiet = transfer === null ? null : quietOf(transfer)
  const [stem, ending] = halves(offer.name)
  return (
    <div className={css.card}>
      <div className={css.head}>
        <span className={css.sign}>{isBad ? <CircleAlert /> : kindIcons[offer.kind]}</span>
        <span className={css.words}>
          <bdi className={css.name} title={offer.name}>
            <span className={css.stem}>{stem}</span>
            {ending}
          </bdi>
          <span className={cx(css.note, isBad && css.bad)}>
            {[
              // How far it is of all says that too.
              transfer?.state === 'running' ? null : sizeText(offer.bytes),
              offer.kind === 'folder' && offer.files !== null ? t('chats.files.inFolder', { count: offer.files }) : null,
              transfer === null ? null : <State key="state" transfer={transfer} />,
            ]
              .filter((part) => part !== null)
              .flatMap((part, index) => (index === 0 ? [part] : [' · ', part]))}
          </span>
        </span>
        {quiet !== null && <IconButton label={t(`chats.files.act.${quiet === 'cancel' ? 'withdraw' : quiet}`)} icon={quiet === 'open' ? <FolderOpen /> : <Ban />} disabled={act.busy} onClick={() => void act.run(quiet)} />}
      </div>
      {transfer !== null && <Going transfer={transfer} act={act} />}
    </div>
  )
}

/** What a file is at, in words. */
export function State({ transfer }: { transfer: Transfer }): ReactNode {
  const { t } = useTranslation()
  const { names } = useTalk()
  const { state, why, takenBy, bytesPerSecond, doneBytes, offer } = transfer
  const said = stateOf(transfer)
  if (said === 'taken') return t('chats.files.taken', { who: takenBy.map((account) => names.of(account)).join(', ') })
  if (said === 'running') {
    return t('chats.files.running', { done: sizeText(doneBytes), of: sizeText(offer.bytes), speed: sizeText(bytesPerSecond) })
  }
  return why !== null && (state === 'failed' || state === 'waiting' || state === 'refused') ? why : t(`chats.files.state.${said}`)
}

/** What is done now and then, and all that can be: a sign beside the name; null where there is more to say. */
function quietOf(transfer: Transfer): 'open' | 'cancel' | null {
  const [only, ...others] = actionsOf(transfer, window.latch !== undefined)
  return others.length === 0 && (only === 'open' || only === 'cancel') ? only : null
}

/** How far it is, and what can be done about it. */
function Going({ transfer, act }: { transfer: Transfer; act: Call<[FileAction], void> }): ReactNode {
  const { t } = useTranslation()
  const { state, offer, doneBytes, direction } = transfer
  const actions = quietOf(transfer) === null ? actionsOf(transfer, window.latch !== undefined) : []
  const isOnItsWay = direction === 'in' && (state === 'running' || state === 'paused' || state === 'waiting' || state === 'checking' || state === 'queued')
  if (actions.length === 0 && !isOnItsWay && act.failure === null) return null
  return (
    <>
      {isOnItsWay && <Progress label={t('chats.files.progress', { name: offer.name })} value={offer.bytes === 0 ? null : doneBytes / offer.bytes} />}
      {actions.length > 0 && (
        <div className={css.actions}>
          {actions.map((action, index) => (
            <Button key={action} size="small" tone={index === 0 && action === 'accept' ? 'strong' : 'plain'} busy={act.busy} onClick={() => void act.run(action)}>
              {t(`chats.files.act.${direction === 'out' && action === 'cancel' ? 'withdraw' : action}`)}
            </Button>
          ))}
        </div>
      )}
      {act.failure !== null && <FailureNote failure={act.failure} onDismiss={act.dismiss} />}
    </>
  )
}
