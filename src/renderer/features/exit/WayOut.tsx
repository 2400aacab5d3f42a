import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Exit } from '../../../shared/model/exit.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { shortKey } from '../../ui/Key.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Exits.module.css'
import { StateSign } from './StateSign.tsx'

/** A device of a contact: whether it lets this one out, as of when, and asking it again. */
export function WayOut({ exit, isOnlyOne }: { exit: Exit; isOnlyOne: boolean }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { peerId, account, called, state, checkedMs, exceptions } = exit
  const check = useCall(() => client.exit.check({ peerId }))
  return (
    <>
      <div className={css.item}>
        <Avatar of={account} />
        <div className={css.words}>
          <p className={css.strong}>
            <bdi>{called}</bdi>
            {!isOnlyOne && <span className={css.device}>{shortKey(peerId)}</span>}
          </p>
          <p className={css.state}>
            <StateSign state={state} />
            {t(`exit.yours.state.${state}`)}
            {exceptions === true && (state === 'open' || state === 'off') && ` · ${t(`exit.yours.exceptions.${state}`)}`}
            {checkedMs !== null && state !== 'away' && (
              <span className={css.faint}>
                {t('exit.yours.checked')} <Time form="ago" atMs={checkedMs} />
              </span>
            )}
          </p>
        </div>
        <Button
          size="small"
          busy={check.busy}
          disabled={state === 'away'}
          aria-label={t('exit.yours.checkOf', { name: called })}
          onClick={() => void check.run()}
        >
          {t('exit.yours.check')}
        </Button>
      </div>
      {check.failure !== null && <FailureNote failure={check.failure} onDismiss={check.dismiss} />}
    </>
  )
}
