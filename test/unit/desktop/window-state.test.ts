import { describe, expect, it } from 'vitest'
import { placeWindow } from '../../../src/main/desktop/window-state.ts'

const screen = { x: 0, y: 0, width: 1_920, height: 1_080 }
const saved = { x: 100, y: 50, width: 900, height: 700, maximized: false }

describe('where the window opens', () => {
  it('is the middle, at the first size, when nothing was kept', () => {
    expect(placeWindow(null, [screen])).toEqual({ width: 1_120, height: 760, maximized: false })
  })

  it('is where it was', () => {
    expect(placeWindow(saved, [screen])).toEqual({ x: 100, y: 50, width: 900, height: 700, maximized: false })
  })

  it('is the middle, at its old size, when its screen is gone', () => {
    const elsewhere = { ...saved, x: 2_400, maximized: true }
    expect(placeWindow(elsewhere, [screen])).toEqual({ width: 900, height: 700, maximized: true })
  })

  it('is the middle when too little of its title bar could be grasped', () => {
    expect(placeWindow({ ...saved, x: 1_850 }, [screen])).not.toHaveProperty('x')
    expect(placeWindow({ ...saved, y: 1_060 }, [screen])).not.toHaveProperty('x')
    expect(placeWindow({ ...saved, y: -20 }, [screen])).not.toHaveProperty('x')
  })

  it('may hang over the edge of one screen', () => {
    expect(placeWindow({ ...saved, x: -500 }, [screen])).toHaveProperty('x', -500)
  })
})
