import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { usePeople } from '../contacts/store.ts'
import { doorStore } from '../door/store.ts'
import { capabilityText, ruleText } from '../door/wording.ts'
import { Counted } from './Counted.tsx'
import css from './Exits.module.css'
import { WayOut } from './WayOut.tsx'
import { exitStore } from './store.ts'

/** Through whom this device gets out to the outside web, whom it lets out, and how much of both there was. */
export function Exits(): ReactNode {
  const { t } = useTranslation()
  const isLoading = exitStore.use(({ freshness }) => freshness === 'loading')
  if (isLoading) return <Skeleton label={t('exit.loading')} rows={3} />
  return (
    <>
      <Yours />
      <Theirs />
      <Forget />
    </>
  )
}

function Yours(): ReactNode {
  const { t } = useTranslation()
  const exits = exitStore.use(({ state }) => state.exits)
  const inOrder = [...exits.values()].toSorted((a, b) => a.called.localeCompare(b.called) || (a.peerId < b.peerId ? -1 : 1))
  return (
    <Section title={t('exit.yours.title')} note={t('exit.yours.note')}>
      <p className={css.soft}>
        {t('exit.yours.sees')} {exits.size > 0 && t('exit.yours.use')}
      </p>
      {exits.size === 0 ? (
        <div className={css.none}>
          <p className={css.strong}>{t('exit.yours.emptyTitle')}</p>
          <p className={css.soft}>{t('exit.yours.emptyText')}</p>
        </div>
      ) : (
        <ul className={css.list} aria-label={t('exit.yours.list')}>
          {inOrder.map((exit) => (
            <li key={exit.peerId}>
              <WayOut exit={exit} isOnlyOne={inOrder.filter(({ account }) => account === exit.account).length === 1} />
            </li>
          ))}
        </ul>
      )}
      <Counted whose="ours" />
    </Section>
  )
}

function Theirs(): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const offered = exitStore.use(({ state }) => state.offered)
  const rules = doorStore.use(({ state }) => state.rules)
  const about = [...rules.values()].filter(({ capability }) => capability === 'exit')
  return (
    <Section title={t('exit.theirs.title')} note={t('exit.theirs.note', { capability: capabilityText(t, 'exit') })}>
      <p className={css.said}>
        <VerdictIcon verdict={offered ? 'allow' : 'deny'} />
        <span>
          {t(offered ? 'exit.theirs.on' : 'exit.theirs.off')} {offered && t('exit.theirs.sees')}
        </span>
      </p>
      {about.length > 0 && (
        <ul className={css.rules} aria-label={t('exit.theirs.list')}>
          {about.map((rule) => (
            <li key={rule.id} data-off={!rule.enabled || undefined}>
              <VerdictIcon verdict={rule.verdict} />
              <span className={css.words}>
                <bdi>{ruleText(t, rule, people)}</bdi>
                {!rule.enabled && ` · ${t('door.rules.off')}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link href={paths.doorSection('rules')} className={css.link}>
          {t(about.length === 0 ? 'exit.theirs.addRule' : 'exit.theirs.rules')}
        </Link>
      </p>
      <Counted whose="theirs" />
    </Section>
  )
}

/** Both sides at once, where something was counted. */
function Forget(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const uses = exitStore.use(({ state }) => state.uses)
  const clear = useCall(() => client.exit.clear())
  if (uses.size === 0) return null
  return (
    <div className={css.forget}>
      {clear.failure !== null && <FailureNote failure={clear.failure} onDismiss={clear.dismiss} />}
      <Button busy={clear.busy} onClick={() => void clear.run()}>
        {t('exit.counted.clear')}
      </Button>
    </div>
  )
}
