import { createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../../shared/model/settings.ts'
import type { Catalogue } from './catalogue.ts'
import { de } from './de.ts'
import { en } from './en.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

/** Whole ones: none falls back to another for a sentence. */
export const catalogues: Record<Language, Catalogue> = { en, de }

/** All catalogues, ready before the first rendering: nothing is fetched. React escapes what is put into a sentence. */
export function createMessages(language: Language = 'en'): i18n {
  const messages = createInstance()
  void messages.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: Object.fromEntries(Object.entries(catalogues).map(([of, translation]) => [of, { translation }])),
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  return messages
}
