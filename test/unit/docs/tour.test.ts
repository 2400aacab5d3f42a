import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenesOf } from '../../../scripts/tour.mjs'
import { scenes } from '../../gallery/scenes.ts'

const docs = join(import.meta.dirname, '../../../docs')

test('each picture of the tour is there, and is of a scene that the gallery has', () => {
  const shown = scenesOf(readFileSync(join(docs, 'tour.md'), 'utf8'))
  expect(shown.length).toBeGreaterThan(5)
  expect(shown.filter((scene: string) => !Object.hasOwn(scenes, scene))).toEqual([])
  expect(shown.filter((scene: string) => !existsSync(join(docs, 'images/tour', `${scene}.png`)))).toEqual([])
})
