import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLink } from '../bridge/bridge.tsx'
import { Banner } from '../ui/Banner.tsx'
import { Button } from '../ui/Button.tsx'
import { useSecondsLeft } from '../ui/Countdown.tsx'
import { clock } from '../ui/when.ts'

/** From here on the node is not merely restarting: its token may have changed with it. */
const FAILURES_BEFORE_ADVICE = 4

/** Across the top of the window while there is no way to the node. */
export function LinkBanner(): ReactNode {
  const { t } = useTranslation()
  const { link } = useLink()
  if (link.state === 'lost') return <Lost {...link} />
  if (link.state === 'refused') {
    return <Banner tone="warning" look="bar" title={t('frame.link.strange')} text={t('frame.link.strangeText')} />
  }
  return null
}

interface LostProps {
  sinceMs: number
  retryAtMs: number
  failures: number
}

function Lost({ sinceMs, retryAtMs, failures }: LostProps): ReactNode {
  const { t } = useTranslation()
  const { retryNow } = useLink()
  const seconds = useSecondsLeft(retryAtMs)
  const inBrowser = window.latch === undefined
  const text = [
    t('frame.link.kept', { time: clock(sinceMs) }),
    inBrowser && failures >= FAILURES_BEFORE_ADVICE ? t('frame.link.restarted') : '',
    seconds > 0 ? t('frame.link.retry', { count: seconds }) : t('frame.link.retrying'),
  ]
  return (
    <Banner
      tone="warning"
      look="bar"
      title={t('frame.link.lost')}
      text={text.filter(Boolean).join(' ')}
      action={
        <Button size="small" onClick={retryNow}>
          {t('tryNow')}
        </Button>
      }
    />
  )
}
