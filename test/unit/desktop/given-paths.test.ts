import { describe, expect, it } from 'vitest'
import { GivenPaths } from '../../../src/main/desktop/given-paths.ts'

describe('the paths that a person gave to a page', () => {
  it('are good for once', () => {
    const given = new GivenPaths()
    given.give('/home/ada/film.mkv')
    expect(given.take('/home/ada/film.mkv')).toBe(true)
    expect(given.take('/home/ada/film.mkv')).toBe(false)
  })

  it('are no others: not a folder that one lies in, not what lies in one', () => {
    const given = new GivenPaths()
    given.give('/home/ada/film')
    for (const path of ['/home/ada', '/home/ada/film/1.mkv', '/home/ada/film/', '/home/ada/../ada/film']) {
      expect(given.take(path), path).toBe(false)
    }
  })

  it('are forgotten, the oldest first, where a page is given more than it asks for', () => {
    const given = new GivenPaths()
    for (let number = 0; number <= 64; number++) given.give(`/${number}`)
    expect(given.take('/0')).toBe(false)
    expect(given.take('/1')).toBe(true)
    expect(given.take('/64')).toBe(true)
  })
})
