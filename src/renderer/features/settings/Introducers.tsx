import { Copy, Ellipsis, Server, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Introducer } from '../../../shared/model/reach.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { NotYet } from '../reach/NotYet.tsx'
import { introducerName, reachStore, useIntroducerName, useIsKnown } from '../reach/store.ts'
import { serviceText, stateText } from '../reach/wording.ts'
import css from './Introducers.module.css'
import { Introducing } from './Introducing.tsx'

/** The introduction servers of this device, and what it does for others as one. */
export function Introducers(): ReactNode {
  return (
    <>
      <Others />
      <Introducing />
    </>
  )
}

/** Which are used, what they do for this device, and where they came from. */
function Others(): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const isKnown = useIsKnown()
  const introducers = reachStore.use(({ state }) => state.introducers)
  const [failure, setFailure] = useState<Failure | null>(null)
  const onFailure = (error: unknown): void => setFailure(failureOf(error))

  if (!isKnown) return <NotYet text={t('reach.introducers.lateText')} />
  if (introducers.length === 0) {
    return (
      <EmptyState
        icon={<Server />}
        title={t('reach.introducers.emptyTitle')}
        text={t('reach.introducers.emptyText')}
        action={
          <Button tone="primary" onClick={() => show('introducer')}>
            {t('reach.introducers.add')}
          </Button>
        }
      />
    )
  }
  const groups = [
    { title: t('reach.introducers.chosen'), of: introducers.filter(({ origin }) => origin !== 'learnt') },
    { title: t('reach.introducers.learnt'), of: introducers.filter(({ origin }) => origin === 'learnt') },
  ]
  return (
    <>
      <div className={css.top}>
        <p className={css.note}>{t('reach.introducers.note')}</p>
        <Button onClick={() => show('introducer')}>{t('reach.introducers.add')}</Button>
      </div>
      {failure !== null && <FailureNote failure={failure} onDismiss={() => setFailure(null)} />}
      {groups
        .filter(({ of }) => of.length > 0)
        .map(({ title, of }) => (
          <Section key={title} title={title}>
            <ul className={css.list}>
              {of.map((introducer) => (
                <li key={introducer.peerId}>
                  <Item introducer={introducer} onFailure={onFailure} />
                </li>
              ))}
            </ul>
          </Section>
        ))}
    </>
  )
}

interface ItemProps {
  introducer: Introducer
  onFailure: (error: unknown) => void
}

function Item({ introducer, onFailure }: ItemProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { peerId, addresses, enabled, origin, state, lastError } = introducer
  const name = introducerName(introducer)
  const service = serviceText(t, introducer)
  const forget = (): void => {
    client.reach.forgetIntroducer({ peerId }).catch(onFailure)
  }
  return (
    <div className={css.item} data-off={!enabled || undefined}>
      <div className={css.words}>
        <h3 className={css.name}>
          <bdi>{name}</bdi>
        </h3>
        <p>{stateText(t, introducer)}</p>
        {service !== null && <p>{service}</p>}
        {lastError !== null && state !== 'connected' && <p className={css.error}>{lastError}</p>}
        <p className={css.faint}>
          <Origin introducer={introducer} />
        </p>
      </div>
      <div className={css.controls}>
        <Switch
          label={t('reach.introducers.use', { name })}
          hideLabel
          checked={enabled}
          onChange={(next) => {
            client.reach.enableIntroducer({ peerId, enabled: next }).catch(onFailure)
          }}
        />
        <Menu
          trigger={<IconButton label={t('reach.introducers.moreOf', { name })} icon={<Ellipsis />} />}
          groups={[
            [
              {
                id: 'address',
                label: t('reach.introducers.copyAddress'),
                icon: <Copy />,
                disabled: addresses.length === 0,
                onChoose: () => void navigator.clipboard.writeText(`${addresses[0]}/p2p/${peerId}`),
              },
            ],
            [
              {
                id: 'forget',
                label: t('reach.introducers.forget'),
                note: t(`reach.introducers.forgetNote.${origin}`),
                disabled: origin === 'configuration',
                icon: <Trash2 />,
                tone: 'danger',
                onChoose: forget,
              },
            ],
          ]}
        />
      </div>
    </div>
  )
}

function Origin({ introducer: { origin, vouchedBy } }: { introducer: Introducer }): ReactNode {
  const { t } = useTranslation()
  const voucher = useIntroducerName(vouchedBy)
  if (origin !== 'learnt' || voucher === null) return t(`reach.introducers.origin.${origin}`)
  return t('reach.introducers.origin.learntFrom', { name: voucher })
}
