import type { ReactNode } from 'react'

export function StartChat({ onClose }: { onClose: () => void }): ReactNode {
  void onClose
  return null
}
