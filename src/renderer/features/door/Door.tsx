import { Ban, DoorOpen, ListChecks, MoonStar, ScrollText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../../nav/pane-width.ts'
import { paths, type DoorSection } from '../../nav/paths.ts'
import { Badge } from '../../ui/Badge.tsx'
import { PaneHeader, Panes } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { BlockedList } from './BlockedList.tsx'
import { DecisionLog } from './DecisionLog.tsx'
import css from './Door.module.css'
import { Knocks } from './Knocks.tsx'
import { Missed } from './Missed.tsx'
import { Rules } from './Rules.tsx'
import { countMissed, countPending } from './state.ts'
import { doorStore } from './store.ts'

interface Part {
  icon: ReactNode
  content: () => ReactNode
}

const parts: Readonly<Record<DoorSection, Part>> = {
  knocks: { icon: <DoorOpen />, content: Knocks },
  missed: { icon: <MoonStar />, content: Missed },
  rules: { icon: <ListChecks />, content: Rules },
  log: { icon: <ScrollText />, content: DecisionLog },
  blocked: { icon: <Ban />, content: BlockedList },
}
const order: readonly DoorSection[] = ['knocks', 'missed', 'rules', 'log', 'blocked']

/** Who wants in, who wanted in, and what decides. */
export function Door({ section }: { section: string | null }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const { px, set } = usePaneWidth()
  const width = { px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }
  const named = order.find((name) => name === section)
  const shown = named ?? 'knocks'
  const Content = parts[shown].content

  return (
    <Panes
      showing={named === undefined ? 'list' : 'content'}
      width={width}
      list={
        <>
          <PaneHeader title={t('door.title')} />
          <nav className={css.sections} aria-label={t('door.title')}>
            {order.map((name) => (
              <Link
                key={name}
                href={paths.doorSection(name)}
                className={rowAction ?? ''}
                aria-current={name === shown ? 'page' : undefined}
              >
                <Row leading={parts[name].icon} title={t(`door.section.${name}`)} trailing={<Count section={name} />} />
              </Link>
            ))}
          </nav>
        </>
      }
    >
      <PaneHeader title={t(`door.section.${shown}`)} back={{ label: t('door.back'), onBack: () => go(paths.door) }} />
      <div className={css.content}>
        <Content />
      </div>
    </Panes>
  )
}

function Count({ section }: { section: DoorSection }): ReactNode {
  const { t } = useTranslation()
  const door = doorStore.use(({ state }) => state)
  switch (section) {
    case 'knocks': {
      const count = countPending(door)
      return <Badge count={count} label={t('door.count.knocks', { count })} />
    }
    case 'missed': {
      const count = countMissed(door)
      return <Badge tone="soft" count={count} label={t('door.count.missed', { count })} />
    }
    case 'rules':
      return <Badge tone="soft" count={door.rules.size} label={t('door.count.rules', { count: door.rules.size })} />
    case 'blocked': {
      const { length: count } = door.blocked
      return <Badge tone="soft" count={count} label={t('door.count.blocked', { count })} />
    }
    case 'log':
      return null
  }
}
