import { expect, test } from 'vitest'
import { knockNotice } from '../../../src/main/desktop/notice-words.ts'
import { knock, person } from '../../gallery/people.ts'

const offered = { kind: 'folder', files: 3, into: 'Downloads' } as const
const about = { name: 'Press Allow now', bytes: 7, path: null }
const asked = knock('Bea', { capability: 'file', about, page: { site: null, offered } })

test('a notification of a file says who offers it and where it would go, and not what they call it', () => {
  const { title, body, buttons } = knockNotice(asked, person('Bea'))
  expect(title).toBe('Bea offers a folder')
  expect(body).toBe('Bea offers you a folder, to be saved to Downloads. Nothing is fetched until you answer.')
  expect(buttons.map(({ id }) => id)).toEqual(['deny', 'allow', 'open'])
})

test('of somebody new passes for no friend, and one whose devices changed is looked at first', () => {
  expect(knockNotice(asked, null)).toMatchObject({ title: 'Somebody new offers a folder' })
  const changed = knockNotice(asked, person('Bea', { trust: 'changed' }))
  expect(changed.body).toMatch(/compare the safety words/)
  expect(changed.buttons.map(({ id }) => id)).toEqual(['deny', 'open'])
})
