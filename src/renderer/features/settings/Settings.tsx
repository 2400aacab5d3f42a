import { Archive, Bell, Blocks, DoorOpen, Globe, HardDrive, Laptop, Mails, MessagesSquare, Network, PanelTop, Radar, Server, SunMoon, Terminal, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useRoute } from 'wouter'
import { Backup } from '../backup/Backup.tsx'
import { Devices } from '../devices/Devices.tsx'
import { Mailbox } from '../mailbox/Mailbox.tsx'
import { NetworksPage } from '../networks/NetworksPage.tsx'
import { usePaneWidth, LIST_MAX_PX, LIST_MIN_PX } from '../../nav/pane-width.ts'
import { paths, settingsSections, type SettingsSection } from '../../nav/paths.ts'
import { PaneHeader, Panes } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Page } from '../../ui/Section.tsx'
import { About } from './About.tsx'
import { Access } from './Access.tsx'
import { Account } from './Account.tsx'
import { Appearance, Finding, Notifications } from './Choices.tsx'
import { Dns } from './Dns.tsx'
import { Exits } from '../exit/Exits.tsx'
import { Gateway } from './Gateway.tsx'
import { Introducers } from './Introducers.tsx'
import { Messages } from './Messages.tsx'
import { Programs } from './Programs.tsx'
import css from './Settings.module.css'

const icons: Record<SettingsSection, ReactNode> = {
  account: <UserRound />,
  devices: <Laptop />,
  backup: <Archive />,
  appearance: <SunMoon />,
  notifications: <Bell />,
  messages: <MessagesSquare />,
  mailbox: <Mails />,
  network: <Radar />,
  networks: <Network />,
  introducers: <Server />,
  access: <Terminal />,
  programs: <Blocks />,
  dns: <Globe />,
  gateway: <PanelTop />,
  exits: <DoorOpen />,
  about: <HardDrive />,
}

const pages: Record<SettingsSection, () => ReactNode> = {
  account: Account,
  devices: Devices,
  backup: Backup,
  appearance: Appearance,
  notifications: Notifications,
  messages: Messages,
  mailbox: Mailbox,
  network: Finding,
  networks: NetworksPage,
  introducers: Introducers,
  access: Access,
  programs: Programs,
  dns: Dns,
  gateway: Gateway,
  exits: Exits,
  about: About,
}

export function Settings(): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [, route] = useRoute<{ section?: string }>(`${paths.settings}/:section?`)
  const { px, set } = usePaneWidth()
  const named = settingsSections.find((section) => section === route?.section)
  const shown = named ?? 'account'
  const Shown = pages[shown]

  return (
    <Panes
      showing={named === undefined ? 'list' : 'content'}
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
      list={
        <>
          <PaneHeader title={t('settings.title')} />
          <nav className={css.list} aria-label={t('settings.sections')}>
            {settingsSections.map((section) => (
              <Link
                key={section}
                href={paths.settingsSection(section)}
                className={rowAction}
                aria-current={section === shown ? 'page' : undefined}
              >
                <Row leading={icons[section]} title={t(`settings.section.${section}`)} />
              </Link>
            ))}
          </nav>
        </>
      }
    >
      <PaneHeader
        title={t(`settings.section.${shown}`)}
        back={{ label: t('back'), onBack: () => navigate(paths.settings) }}
      />
      <Page>
        <Shown />
      </Page>
    </Panes>
  )
}
