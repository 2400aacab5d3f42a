import type { ReactNode } from 'react'
import { cx } from '../../ui/cx.ts'
import { partsOf } from './address.ts'
import css from './SiteLabel.module.css'

/**
 * The name of a site in one line. Where there is no room the front goes: the end says whose it is, and nobody can push it
 * out of sight with a long label in front.
 */
export function SiteLabel({ name, className }: { name: string; className?: string | undefined }): ReactNode {
  const parts = partsOf(`peer://${name}/`)
  if (parts === null) return <bdi className={cx(css.label, className)}>{name}</bdi>
  return (
    <bdi className={cx(css.label, className)}>
      {parts.below !== '' && <span className={css.below}>{parts.below}</span>}
      <span className={css.host}>{parts.host}</span>
    </bdi>
  )
}
