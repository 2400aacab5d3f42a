import type { Language } from '../../shared/model/settings.ts'

/** What formats go by: one window speaks one language, and hundreds of places say an amount or a time. */
let spoken: string | undefined

/** The locale that the window speaks; undefined: the system's, before anything was said of it. */
export function spokenLocale(): string | undefined {
  return spoken
}

export function speak(locale: string): void {
  spoken = locale
}

/** The first of the system's languages that the window has words in. */
export function languageOf<Known extends string>(system: readonly string[], known: readonly Known[], otherwise: Known): Known {
  for (const tag of system) {
    const found = known.find((language) => language === baseOf(tag))
    if (found !== undefined) return found
  }
  return otherwise
}

/**
 * The locale that dates and numbers follow: the system's own where it is of that language (de-CH), else the language as it
 * is written where the system is (en-DE has days before months).
 */
export function localeOf(language: Language, system: readonly string[]): string {
  const own = system.find((tag) => baseOf(tag) === language)
  if (own !== undefined) return own
  const region = new Intl.Locale(system[0] ?? language).region
  return region === undefined ? language : `${language}-${region}`
}

function baseOf(tag: string): string {
  return new Intl.Locale(tag).language
}
