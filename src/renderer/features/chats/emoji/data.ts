import type { EmojiData } from 'frimousse'
import emojis from 'emojibase-data/en/compact.json' with { type: 'json' }
import words from 'emojibase-data/en/messages.json' with { type: 'json' }
import codes from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' }

/** As the data has them. Half a megabyte of it: this file is asked for when somebody wants an emoji. */
interface Given {
  hexcode: string
  label: string
  unicode: string
  group?: number
  tags?: string[]
  skins?: { unicode: string }[]
}

const given = emojis as unknown as readonly Given[]
const shortcodes = codes as unknown as Readonly<Record<string, string | string[]>>

/** Parts that others are made of: skin tones, regional letters. */
const COMPONENTS = 2
const WHOLE = /^\p{RGI_Emoji}$/v
const tones = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const

let made: EmojiData | null = null

/** All emoji, as the picker wants them. From this bundle: nothing is fetched. */
export function emojiData(): EmojiData {
  made ??= {
    locale: 'en',
    categories: words.groups
      .filter(({ order }) => order !== COMPONENTS)
      .map(({ order, message }) => ({ index: order, label: message })),
    emojis: given.flatMap(({ unicode, label, group, tags = [], skins }) => {
      if (group === undefined || group === COMPONENTS || !WHOLE.test(unicode)) return []
      const tone = skins?.length === tones.length ? skinsOf(skins) : undefined
      return [{ emoji: unicode, label, category: group, version: 1, tags, ...(tone === undefined ? {} : { skins: tone }) }]
    }),
    skinTones: { light: 'light', 'medium-light': 'medium-light', medium: 'medium', 'medium-dark': 'medium-dark', dark: 'dark' },
  }
  return made
}

function skinsOf(skins: readonly { unicode: string }[]): Record<(typeof tones)[number], string> {
  const of = (index: number): string => skins[index]?.unicode ?? ''
  return { light: of(0), 'medium-light': of(1), medium: of(2), 'medium-dark': of(3), dark: of(4) }
}

export interface Coded {
  code: string
  emoji: string
}

let coded: Coded[] | null = null

/** Emoji whose `:code:` begins so, or holds it, the shortest first. */
export function emojiByCode(begun: string, max: number): Coded[] {
  coded ??= given.flatMap(({ hexcode, unicode }) => {
    const names = shortcodes[hexcode]
    if (names === undefined || !WHOLE.test(unicode)) return []
    return (Array.isArray(names) ? names : [names]).map((code) => ({ code, emoji: unicode }))
  })
  const wanted = begun.toLowerCase()
  const rank = ({ code }: Coded): number => (code.startsWith(wanted) ? 0 : 1_000) + code.length
  return coded
    .filter(({ code }) => code.includes(wanted))
    .toSorted((a, b) => rank(a) - rank(b) || a.code.localeCompare(b.code))
    .slice(0, max)
}
