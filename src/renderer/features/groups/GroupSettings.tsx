import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Group } from '../../../shared/model/groups.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Choices } from '../../ui/Choices.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Facts, Section } from '../../ui/Section.tsx'
import { fullDate } from '../../ui/when.ts'
import css from './Groups.module.css'
import { mayChange } from './rights.ts'

const histories = ['from-joining', 'all'] as const
const adders = ['moderators', 'members'] as const

/** What latecomers see and who invites: chosen by owner and moderators, read by everybody. */
export function GroupSettings({ group }: { group: Group }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const set = useCall((chosen: Partial<Pick<Group, 'history' | 'whoAdds'>>) => client.groups.set({ group: group.id, ...chosen }))
  const made = { name: t('groups.page.made'), value: fullDate(group.createdMs) }
  if (!mayChange(group)) {
    return (
      <Section title={t('groups.page.settings')} note={t('groups.page.readOnly')}>
        <Facts
          facts={[
            { name: t('groups.history.legend'), value: t(`groups.history.${group.history}`) },
            { name: t('groups.whoAdds.legend'), value: t(`groups.whoAdds.${group.whoAdds}`) },
            made,
          ]}
        />
      </Section>
    )
  }
  return (
    <Section title={t('groups.page.settings')}>
      <div className={css.body}>
        <Choices
          legend={t('groups.history.legend')}
          value={group.history}
          options={histories.map((value) => ({ value, label: t(`groups.history.${value}`), note: t(`groups.history.${value}Note`) }))}
          onChange={(history) => void set.run({ history })}
        />
        <Choices
          legend={t('groups.whoAdds.legend')}
          value={group.whoAdds}
          options={adders.map((value) => ({ value, label: t(`groups.whoAdds.${value}`), note: t(`groups.whoAdds.${value}Note`) }))}
          onChange={(whoAdds) => void set.run({ whoAdds })}
        />
        <Facts facts={[made]} />
        {set.failure !== null && <FailureNote failure={set.failure} onDismiss={set.dismiss} />}
      </div>
    </Section>
  )
}
