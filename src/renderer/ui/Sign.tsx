import type { ReactNode } from 'react'

/** An icon that stands for something, with the words for it. */
export function Sign({ icon, label }: { icon: ReactNode; label: string }): ReactNode {
  return (
    <span title={label}>
      {icon}
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
