import { z } from 'zod'

/** Where the window was. Pixels of the virtual desktop. */
export const WindowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(320).max(20_000),
  height: z.int().min(400).max(20_000),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof WindowState>

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Opens at a size where list and conversation stand side by side. */
const FIRST_SIZE = { width: 1_120, height: 760 }

/** How much of the title bar must be on a screen for a person to get hold of it. */
const GRASP = { width: 120, height: 32 }

/**
 * Where to open the window: where it was, if enough of its title bar is still on some screen; else in the middle, which
 * Electron does when no position is given.
 */
export function placeWindow(
  saved: WindowState | null,
  screens: readonly Area[],
): { x?: number; y?: number; width: number; height: number; maximized: boolean } {
  if (saved === null) return { ...FIRST_SIZE, maximized: false }
  const { width, height, maximized } = saved
  const graspable = screens.some((screen) => {
    const left = Math.max(saved.x, screen.x)
    const right = Math.min(saved.x + width, screen.x + screen.width)
    return right - left >= GRASP.width && saved.y >= screen.y && saved.y + GRASP.height <= screen.y + screen.height
  })
  return graspable ? { x: saved.x, y: saved.y, width, height, maximized } : { width, height, maximized }
}
