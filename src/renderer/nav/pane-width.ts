import { create } from 'zustand'

export const LIST_MIN_PX = 280
export const LIST_MAX_PX = 320
const STORED = 'latch.list-width'

interface PaneWidth {
  px: number
  set: (px: number) => void
}

export function clampWidth(px: number): number {
  return Math.round(Math.min(LIST_MAX_PX, Math.max(LIST_MIN_PX, px)))
}

/** The width of the list, the same on every screen and after a restart of the window. */
export const usePaneWidth = create<PaneWidth>()((set) => ({
  px: clampWidth(Number(localStorage.getItem(STORED) ?? 300)),
  set: (px) => {
    const kept = clampWidth(px)
    localStorage.setItem(STORED, String(kept))
    set({ px: kept })
  },
}))
