import { useLayoutEffect, useSyncExternalStore } from 'react'

/** What floats over the window now, however it came there. */
const floating = new Set<symbol>()
const listeners = new Set<() => void>()

/**
 * Says, while `floats`, that something lies over the window. Pages of sites are painted above everything that is drawn
 * here, so that whoever shows one takes it away meanwhile.
 */
export function useFloats(floats = true): void {
  useLayoutEffect(() => {
    if (!floats) return undefined
    const one = Symbol('floats')
    floating.add(one)
    tell()
    return () => {
      floating.delete(one)
      tell()
    }
  }, [floats])
}

/** The same as a part of what floats, which it lives as long as. */
export function Floats(): null {
  useFloats()
  return null
}

/** Whether anything does. */
export function useIsCovered(): boolean {
  return useSyncExternalStore(subscribe, isCovered)
}

/** The same for whoever asks at one moment: a key that is pressed belongs to what lies on top. */
export function isCovered(): boolean {
  return floating.size > 0
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}
