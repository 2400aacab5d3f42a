import { describe, expect, it } from 'vitest'
import { apiPage } from '../../../src/main/control/http/api-page.ts'
import { openApiDocument } from '../../../src/main/control/http/openapi.ts'

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

  it('names the fields of a body, and where it is one of several, those of each', async () => {
    const page = apiPage(await openApiDocument('http://127.0.0.1:1', '1'))
    const after = (operation: string): string => page.split(`<code>${operation}</code>`)[1]?.split('</dd>')[0] ?? ''
    expect(after('POST /api/ledger/entries')).toContain('body: <code>op</code>, <code>entry</code>')
    expect(after('POST /api/ledger/validate')).toContain('body: <code>fromHeight</code>, <code>peers</code>')
    expect(after('GET /api/ledger/events')).toContain('(a stream of events)')
    for (const group of ['ledger', 'networks', 'square']) expect(page).toContain(`<h2>${group}</h2>`)
  })
})
