import { Ellipsis, Laptop, PencilLine, Smartphone, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnDevice } from '../../../shared/model/devices.ts'
import { Button } from '../../ui/Button.tsx'
import listed from '../../ui/Listed.module.css'
import { cx } from '../../ui/cx.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Devices.module.css'
import { LinkDialog } from './LinkDialog.tsx'
import { RenameDialog } from './RenameDialog.tsx'
import { RevokeDialog } from './RevokeDialog.tsx'
import { sortedDevices } from './sorted.ts'
import { devicesStore } from './store.ts'

type Act = { act: 'link' } | { act: 'rename' | 'revoke'; device: OwnDevice }

/** The devices of this account: which there are, how far each is, how one comes and goes. */
export function Devices(): ReactNode {
  const { t } = useTranslation()
  const isLoading = devicesStore.use(({ freshness }) => freshness === 'loading')
  const devices = devicesStore.use(({ state }) => state.devices)
  const [act, setAct] = useState<Act | null>(null)
  const close = (): void => setAct(null)
  if (isLoading) return <Skeleton label={t('devices.loading')} rows={3} />
  const { used, revoked } = sortedDevices(devices)
  return (
    <>
      <Section
        title={t('devices.title')}
        note={t('devices.note')}
        action={
          <Button tone="primary" onClick={() => setAct({ act: 'link' })}>
            {t('devices.link')}
          </Button>
        }
      >
        <ul className={listed.list} aria-label={t('devices.title')}>
          {used.map((device) => (
            <li key={device.peerId}>
              <Device device={device} onAct={setAct} />
            </li>
          ))}
        </ul>
        {used.length === 1 && <p className={css.soft}>{t('devices.onlyText')}</p>}
        {revoked.length > 0 && (
          <Disclosure title={t('devices.gone')}>
            <p className={css.soft}>{t('devices.goneText')}</p>
            <ul className={listed.list} aria-label={t('devices.gone')}>
              {revoked.map((device) => (
                <li key={device.peerId}>
                  <Device device={device} onAct={setAct} />
                </li>
              ))}
            </ul>
          </Disclosure>
        )}
      </Section>
      {act?.act === 'link' && <LinkDialog onClose={close} />}
      {act?.act === 'rename' && <RenameDialog device={act.device} onClose={close} />}
      {act?.act === 'revoke' && <RevokeDialog device={act.device} onClose={close} />}
    </>
  )
}

const PHONE = /phone|android|pixel|mobile/i

function Device({ device, onAct }: { device: OwnDevice; onAct: (act: Act) => void }): ReactNode {
  const { t } = useTranslation()
  const { label, here, revoked } = device
  return (
    <div className={cx(listed.item, revoked && css.off)}>
      <span className={listed.sign} aria-hidden="true">
        {PHONE.test(label) ? <Smartphone /> : <Laptop />}
      </span>
      <div className={css.words}>
        <div className={css.head}>
          <h3 className={css.label}>
            <bdi>{label}</bdi>
          </h3>
          {here && <span className={css.tag}>{t('devices.here')}</span>}
        </div>
        <p className={listed.line}>
          <State device={device} />
        </p>
      </div>
      {!revoked && (
        <Menu
          trigger={<IconButton label={t('devices.more', { label })} icon={<Ellipsis />} />}
          groups={[
            [{ id: 'rename', label: t('devices.rename.menu'), icon: <PencilLine />, onChoose: () => onAct({ act: 'rename', device }) }],
            ...(here
              ? []
              : [
                  [
                    {
                      id: 'revoke',
                      label: t('devices.revoke.menu'),
                      note: t('devices.revoke.menuNote'),
                      icon: <Trash2 />,
                      tone: 'danger' as const,
                      onChoose: () => onAct({ act: 'revoke', device }),
                    },
                  ],
                ]),
          ]}
        />
      )}
    </div>
  )
}

/** Whether it is there, and what each of the two lacks. */
function State({ device }: { device: OwnDevice }): ReactNode {
  const { t } = useTranslation()
  const { here, connected, lastSeenMs, behind, addedMs, revoked } = device
  if (here || revoked) {
    return (
      <span>
        {t('devices.added')} <Time form="ago" atMs={addedMs} />
      </span>
    )
  }
  if (!connected) {
    return (
      <>
        <span>{lastSeenMs === null ? t('devices.never') : t('devices.away')}</span>
        {lastSeenMs !== null && (
          <span>
            {t('devices.seen')} <Time form="ago" atMs={lastSeenMs} />
          </span>
        )}
      </>
    )
  }
  return (
    <>
      <span className={css.connected}>{t('devices.connected')}</span>
      {behind !== null && behind.here === 0 && behind.there === 0 && <span>{t('devices.even')}</span>}
      {behind !== null && behind.there > 0 && <span>{t('devices.behindThere', { count: behind.there })}</span>}
      {behind !== null && behind.here > 0 && <span>{t('devices.behindHere', { count: behind.here })}</span>}
    </>
  )
}
