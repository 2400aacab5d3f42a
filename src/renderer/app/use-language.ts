import type { i18n } from 'i18next'
import { useLayoutEffect } from 'react'
import { languages, type Language } from '../../shared/model/settings.ts'
import { settingsStore } from '../features/settings/store.ts'
import { createMessages } from '../messages/i18n.ts'
import { languageOf, localeOf, speak } from '../ui/locale.ts'

/** The words of a window in which nobody chose a language yet. */
export function firstMessages(): i18n {
  const language = systemLanguage()
  speak(localeOf(language, navigator.languages))
  return createMessages(language)
}

/** Has the window, its dates and numbers, and whatever reads it aloud, speak the chosen language; before it is painted. */
export function useLanguage(messages: i18n): void {
  const chosen = settingsStore.use(({ state }) => state.language)
  useLayoutEffect(() => {
    const language = chosen === 'system' ? systemLanguage() : chosen
    // First, as what is said again says amounts and times too.
    speak(localeOf(language, navigator.languages))
    document.documentElement.lang = language
    if (messages.language !== language) void messages.changeLanguage(language)
  }, [chosen, messages])
}

function systemLanguage(): Language {
  return languageOf(navigator.languages, languages, 'en')
}
