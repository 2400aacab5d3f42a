import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import css from './Banner.module.css'
import { cx } from './cx.ts'

export interface BannerProps {
  tone?: 'info' | 'warning' | 'error'
  /** What happened. */
  title: string
  /** What was kept, and what to do. */
  text?: ReactNode
  action?: ReactNode
  /** `bar`: across the top of a window or pane, without a frame. */
  look?: 'card' | 'bar'
}

const icons = { info: <Info />, warning: <TriangleAlert />, error: <CircleAlert /> }

export function Banner({ tone = 'info', title, text, action, look = 'card' }: BannerProps): ReactNode {
  return (
    <div className={cx(css.banner, css[tone], css[look])} role={tone === 'error' ? 'alert' : 'status'}>
      {icons[tone]}
      <div className={css.words}>
        <p className={css.title}>{title}</p>
        {text !== undefined && <div className={css.text}>{text}</div>}
      </div>
      {action !== undefined && <div className={css.action}>{action}</div>}
    </div>
  )
}
