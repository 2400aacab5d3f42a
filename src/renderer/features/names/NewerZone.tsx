import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Zone } from '../../../shared/model/names.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Records } from './Records.tsx'
import type { ZoneEdit } from './use-zone-edit.ts'
import css from './ZoneEditor.module.css'

/** Where it stands on the page. */
export const NEWER_ZONE = 'newer-zone'

/** It was changed elsewhere while it was edited here: which of the two counts is this person's to say. */
export function NewerZone({ edit, newer }: { edit: ZoneEdit; newer: Zone }): ReactNode {
  const { t } = useTranslation()
  return (
    <div id={NEWER_ZONE} className={css.newer}>
      <Banner
        tone="warning"
        title={t('namesZone.conflict.title')}
        text={
          <>
            <p>{t('namesZone.conflict.text')}</p>
            <p className={css.buttons}>
              <Button size="small" onClick={edit.keepMine}>
                {t('namesZone.conflict.mine')}
              </Button>
              <Button size="small" onClick={edit.takeNewer}>
                {t('namesZone.conflict.theirs')}
              </Button>
            </p>
          </>
        }
      />
      <Disclosure title={t('namesZone.conflict.newer')} startsOpen>
        {newer.records.length === 0 ? <p className={css.soft}>{t('namesZone.conflict.none')}</p> : <Records records={newer.records} />}
      </Disclosure>
    </div>
  )
}
