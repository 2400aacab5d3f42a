import type { en } from './en.ts'

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'
type Stem<Key> = Key extends `${infer Name}_${PluralForm}` ? Name : never

/**
 * The English words of a part, in another language: every key, each with a string of its own. How many forms a plural
 * has is the language's; `other` every language has, and `zero` is a sentence of its own where English has one.
 */
export type Translated<Words> = {
  readonly [Key in keyof Words as Key extends `${string}_${Exclude<PluralForm, 'zero'>}` ? never : Key]: Words[Key] extends string
    ? string
    : Translated<Words[Key]>
} & { readonly [Name in Stem<keyof Words> as `${Name}_other`]: string } & {
  readonly [Name in Stem<keyof Words> as `${Name}_${Exclude<PluralForm, 'zero' | 'other'>}`]?: string
}

/** Every word the window says. A missing key is a type error; the rest a test looks at. */
export type Catalogue = Translated<typeof en>
