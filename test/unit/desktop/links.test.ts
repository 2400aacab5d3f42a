import { describe, expect, it } from 'vitest'
import { isOurs, linkIn } from '../../../src/main/desktop/links.ts'

describe('the link in a command line', () => {
  it('is found wherever Chromium put it', () => {
    const argv = ['/opt/latch', '--allow-file-access', 'latch://invite/abc', '--original-process-start-time=1']
    expect(linkIn(argv)).toBe('latch://invite/abc')
  })

  it('may lead to an introducer as well as to a person', () => {
    expect(linkIn(['/opt/latch', 'latch://introducer/abc'])).toBe('latch://introducer/abc')
  })

  it('may lead to a page of the network', () => {
    expect(linkIn(['/opt/latch', '--flag', 'peer://alice.peer/notes'])).toBe('peer://alice.peer/notes')
  })

  it('is not another scheme that only contains ours', () => {
    expect(linkIn(['https://example.org/?latch://invite/abc', '--x=latch://invite/abc'])).toBeNull()
  })

  it('is refused when it is longer than any link of ours', () => {
    expect(linkIn([`latch://network/${'a'.repeat(33_000)}`])).toBeNull()
  })
})

describe('our own pages', () => {
  it.each(['app://latch', 'app://latch/index.html', 'app://latch/#/chats'])('are %s', (url) => {
    expect(isOurs(url)).toBe(true)
  })

  it.each(['app://latch.evil/', 'app://other/index.html', 'https://latch/', 'file:///etc/passwd', 'javascript:alert(1)', ''])(
    'are not %s',
    (url) => {
      expect(isOurs(url)).toBe(false)
    },
  )
})
