import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule } from '../../../shared/model/door.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { usePeople } from '../contacts/store.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import css from './Rules.module.css'
import { ruleText } from './wording.ts'

/** What was just done to the rules. */
export type Done = { what: 'removed'; rule: Rule } | { what: 'taken'; count: number }

/** Under the list, in sight however far it is scrolled: what was done, and the way back where there is one. */
export function RulesFoot({ done, onOver }: { done: Done; onOver: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const people = usePeople()
  const putBack = useCall(async (rule: Rule) => {
    const { who, capability, match, verdict, until, priority, note } = rule
    await client.door.addRule({ who, capability, match, verdict, until, priority, note })
    onOver()
  })
  return (
    <div className={css.foot}>
      <div className={css.done}>
        <output className={css.lineWords}>
          <bdi>
            {done.what === 'removed'
              ? t('door.rules.removed', { rule: ruleText(t, done.rule, people) })
              : t('door.rules.file.taken', { count: done.count })}
          </bdi>
        </output>
        {done.what === 'removed' && (
          <Button size="small" busy={putBack.busy} onClick={() => void putBack.run(done.rule)}>
            {t('door.rules.putBack')}
          </Button>
        )}
        <IconButton label={t('dismiss')} icon={<X />} onClick={onOver} />
      </div>
      {putBack.failure !== null && <FailureNote failure={putBack.failure} />}
    </div>
  )
}
