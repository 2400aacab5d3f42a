import { useEffect } from 'react'
import { settingsStore } from '../features/settings/store.ts'

/** Puts the chosen appearance and density where the tokens look for them. */
export function useAppearance(): void {
  const appearance = settingsStore.use(({ state }) => state.appearance)
  const density = settingsStore.use(({ state }) => state.density)
  useEffect(() => {
    const { dataset } = document.documentElement
    if (appearance === 'system') delete dataset['theme']
    else dataset['theme'] = appearance
    dataset['density'] = density
  }, [appearance, density])
}
