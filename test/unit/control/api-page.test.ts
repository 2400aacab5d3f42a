import { describe, expect, it } from 'vitest'
import { apiPage } from '../../../src/main/control/http/api-page.ts'

describe('the API page', () => {
  it('shows what the document says as text, whatever it says', () => {
    const page = apiPage({
      openapi: '3.1.1',
      info: { title: '<script>1</script>', version: '"', description: '<img src=x>&' },
      paths: { '/<b>': { get: { summary: '<i>', tags: ['<u>'], responses: {} } } },
    })
    expect(page).not.toMatch(/<script|<img|<b>|<i>|<u>/)
    expect(page).toContain('&lt;img src=x&gt;&amp;')
    expect(page).toContain('GET /api/&lt;b&gt;')
  })
})
