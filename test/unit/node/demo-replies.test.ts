import { expect, test } from 'vitest'
import { GREETING, replyTo, WELCOME } from '../../../src/main/node/demo-replies.ts'
import { MAX_GREETING_LENGTH } from '../../../src/main/protocols/knock/index.ts'

test('its greeting fits a knock, and says what it is', () => {
  expect(GREETING.length).toBeLessThanOrEqual(MAX_GREETING_LENGTH)
  expect(GREETING).toContain('demonstration peer')
  expect(WELCOME).toMatch(/program, not a person/)
  expect(WELCOME).toContain('hello.peer')
})

test.each([
  ['help', /^I know a little about/],
  ['Hi there!', /^Hello\. I know a little about/],
  ['Are you human?', /^I am the demonstration peer/],
  ['How do I invite a friend?', /^Choose Invite/],
  ['what is hello.peer', /^In a network of your own I am hello\.peer/],
  ['how do I claim a name?', /^In a network of your own/],
  ['what are the safety words for', /^Six safety words/],
  ['What does the tick mean?', /^The tick on a message/],
  ['who may knock at my door', /^Whoever wants something knocks/],
  ['what if she is offline', /^A message to somebody who is away/],
  ['where are my messages kept', /^Messages go from your device/],
  ['I see nobody on my wifi', /^Devices with Latch on the same local network/],
  ['please switch yourself off', /switches me off/],
  ['thank you', /^You are welcome/],
])('to “%s” it has an answer', (text, answer) => {
  expect(replyTo(text)).toMatch(answer)
})

test('to anything else it says that it is a program, whatever is written', () => {
  for (const text of ['qwertz', '', '👋', '\u202e', 'x'.repeat(16_384), '<script>alert(1)</script>']) {
    expect(replyTo(text)).toMatch(/^I am a program with a dozen answers/)
  }
})
