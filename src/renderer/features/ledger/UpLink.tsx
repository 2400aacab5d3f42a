import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import css from './UpLink.module.css'

/** From one of several back to all of them, within a part of the ledger. */
export function UpLink({ to, label }: { to: string; label: string }): ReactNode {
  return (
    <Link href={to} className={css.up}>
      <ArrowLeft aria-hidden="true" />
      {label}
    </Link>
  )
}
