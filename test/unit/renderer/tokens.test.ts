import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync('src/renderer/styles/tokens.css', 'utf8')

/** Each colour that has a light and a dark side, as two hex values. */
const pairs = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name ?? '',
    { light: light ?? '', dark: dark ?? '' },
  ]),
)

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const grounds = [
  'ground-rail',
  'ground-list',
  'ground',
  'ground-raised',
  'ground-sunken',
  'ground-hover',
  'said-to-me',
  'said-by-me',
  'accent-soft',
]
const texts = ['text', 'text-soft', 'text-faint', 'accent', 'deny', 'ask', 'allow']

/** On these a text is read; on the lines of a field, three to one is enough to see them. */
const wanted: [text: string, grounds: string[], least: number][] = [
  ...texts.map((text): [string, string[], number] => [text, grounds, 4.5]),
  ['text-on-accent', ['accent', 'accent-hover', 'accent-pressed'], 4.5],
  ['allow', ['allow-soft'], 4.5],
  ['ask', ['ask-soft'], 4.5],
  ['deny', ['deny-soft'], 4.5],
  ['text', ['ask-soft', 'deny-soft', 'ground-pressed'], 4.5],
  ['line-field', ['ground', 'ground-raised', 'ground-list'], 3],
]

test.each(['light', 'dark'] as const)('in the %s theme every text can be read where it stands', (theme) => {
  for (const [text, on, least] of wanted) {
    for (const ground of on) {
      const one = pairs.get(text)?.[theme] ?? expect.fail(`there is no --${text}`)
      const other = pairs.get(ground)?.[theme] ?? expect.fail(`there is no --${ground}`)
      expect(contrast(one, other), `--${text} on --${ground}`).toBeGreaterThanOrEqual(least)
    }
  }
})

test('colours stand in the tokens and nowhere else', async () => {
  const { globSync } = await import('node:fs')
  const others = globSync('src/renderer/**/*.css').filter((file) => !file.endsWith('tokens.css'))
  const found = others.filter((file) => /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i.test(readFileSync(file, 'utf8')))
  expect(others.length).toBeGreaterThan(20)
  expect(found).toEqual([])
})
