import { expect, it } from 'vitest'
import { fullDate, withLocalTimes } from '../../../src/renderer/ui/when.ts'

it('says a moment that was written down in a reason as the window says moments', () => {
  const until = new Date(2026, 10, 20, 18, 0)
  expect(withLocalTimes(`answered: allow, until ${until.toISOString()}, and tell`, 'en')).toBe(
    `answered: allow, until ${fullDate(until.getTime(), 'en')}, and tell`,
  )
  expect(withLocalTimes('the default for contact', 'en')).toBe('the default for contact')
})
