import type { ReactNode } from 'react'

export function FloatingKnocks(): ReactNode {
  return null
}
