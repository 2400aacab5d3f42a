import type { ReactNode } from 'react'
import { cx } from '../../ui/cx.ts'
import css from './SiteLabel.module.css'

/**
 * The name of a site in one line. Where there is no room the front goes: the end says whose it is, and nobody can push it
 * out of sight with a long label in front.
 */
export function SiteLabel({ name, className }: { name: string; className?: string | undefined }): ReactNode {
  return (
    <span className={cx(css.label, className)}>
      <bdi dir="ltr">{name}</bdi>
    </span>
  )
}
