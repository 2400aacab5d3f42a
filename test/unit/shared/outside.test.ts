import { describe, expect, test } from 'vitest'
import { outsideOf } from '../../../src/shared/outside.ts'

describe('an address out of Latch', () => {
  test('of the web is written out, with its host as computers read it', () => {
    expect(outsideOf('https://bücherei.example/a?b#c')).toEqual({
      kind: 'web',
      url: 'https://xn--bcherei-n2a.example/a?b#c',
      host: 'xn--bcherei-n2a.example',
      isSecure: true,
    })
    expect(outsideOf('HTTP://example.org:8080')).toEqual({ kind: 'web', url: 'http://example.org:8080/', host: 'example.org:8080', isSecure: false })
  })

  test('for letters says to whom', () => {
    expect(outsideOf('mailto:a%40b@example.org')).toMatchObject({ kind: 'mail', to: 'a@b@example.org' })
    expect(outsideOf('mailto:a@example.org?subject=Hello&body=x&cc=b@example.org')).toMatchObject({ kind: 'mail', to: 'a@example.org' })
  })

  test('may be in a network of the person’s own, which the window shows before it asks', () => {
    for (const host of ['192.168.0.1', 'router.lan', '[fd00::1]', '[::ffff:8.8.8.8]']) expect(outsideOf(`http://${host}/`)).toMatchObject({ kind: 'web' })
  })

  test.each([
    'mailto:a@example.org?attach=/etc/passwd',
    'mailto:a@example.org?Attachment=x',
    'mailto:',
    'mailto:nobody',
    'mailto:%0aa@example.org',
    'mailto:%ff@example.org',
    'https://bank.example@evil.example/',
    'https://:x@evil.example/',
    'http://localhost/',
    'http://alice.peer.localhost:5380/x',
    'http://127.0.0.1:9229/json',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0/',
    'http://[::1]:80/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[::]/',
    'http://[::ffff:0.0.0.0]/',
    'http://[::ffff:0.0.0.1]/',
    'http://ip6-localhost/',
    'http://localhost.localdomain:631/',
    'http://localhost./',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'smb://host/share',
    'vscode://x',
    'latch://invite/x',
    'data:text/html,x',
    'https://exa mple.org/',
    'https://example.org/\u202etxt.exe',
    `https://example.org/${'a'.repeat(2_048)}`,
    '/etc/passwd',
    '',
  ])('is never %j', (address) => {
    expect(outsideOf(address)).toBeNull()
  })
})
