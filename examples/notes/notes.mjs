// Sticky notes on each other's desk, in plain JavaScript: Node and a running Latch, nothing else. See ../README.md.
//   node notes.mjs                      your desk: notes appear as friends stick them; type a number to crumple one
//   node notes.mjs Bea "Lunch at one?"  sticks a note on Bea's desk, if she lets you
//   node notes.mjs Bea                  your notes that still hang there
import { createInterface } from 'node:readline'

const { LATCH_URL, LATCH_TOKEN } = process.env
const [friend, ...words] = process.argv.slice(2)
const plain = (text) => String(text).replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 200) // nothing that a terminal acts on

async function latch(path, input) {
  if (!LATCH_URL || !LATCH_TOKEN) throw new Error('Set LATCH_URL and LATCH_TOKEN as `latch app add notes` prints them.')
  const headers = { authorization: `Bearer ${LATCH_TOKEN}`, 'content-type': 'application/json' }
  const sent = input ? { method: 'POST', headers, body: JSON.stringify(input) } : { headers }
  const response = await fetch(`${LATCH_URL}/api/app${path}`, sent)
  if (!response.ok) throw new Error((await response.json()).message)
  return response
}

// Server-sent events: each line that begins with "data:" is one JSON value.
async function* events(response) {
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split('\n')
    text = lines.pop()
    for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length))
  }
}

const desk = new Map() // the notes that hang here, by their number
let stuck = 0

// What the program of a friend may ask. Who asks is proven, and your door let them in; what they say is yours to check.
const answers = new Map([
  ['mine', ({ from }) => [...desk.values()].filter(({ by }) => by === from.account).map(({ text }) => text)],
  ['stick', ({ from, json }) => {
    if (typeof json?.text !== 'string' || desk.size === 50) throw new Error('There is no room for that.')
    const text = plain(json.text)
    desk.set(++stuck, { by: from.account, text })
    console.log(`${stuck}. “${text}” from ${from.name}`)
    return { hanging: desk.size }
  }],
])

async function answer(request) {
  let reply
  try {
    if (!answers.has(request.method)) throw new Error('That is nothing that a desk can do.')
    reply = { json: answers.get(request.method)(request) }
  } catch ({ message }) {
    reply = { status: 'failed', json: message }
  }
  await latch(`/requests/${request.id}/reply`, reply).catch(() => {}) // they may have given up meanwhile
}

async function sitAtTheDesk() {
  createInterface({ input: process.stdin }).on('line', (line) => desk.delete(Number(line)) && console.log(`Crumpled ${line}.`))
  for await (const { kind, event, message } of events(await latch('/requests'))) {
    if (kind === 'snapshot') console.log('Your desk is clear. Notes appear here.')
    else if (kind !== 'event') throw new Error(message)
    else if (event.event === 'request') await answer(event.request)
  }
}

async function visit() {
  const person = (await (await latch('/people')).json()).find(({ name }) => name === friend)
  if (!person) throw new Error(`You have no contact called ${friend}.`)
  const asks = words.length > 0 ? { method: 'stick', json: { text: words.join(' ') } } : { method: 'mine' }
  const { status, json, why } = await (await latch('/calls', { to: { account: person.account }, ...asks })).json()
  if (status !== 'ok') throw new Error(`${friend}: ${status}. ${plain(json ?? why)}`)
  console.log(asks.method === 'stick' ? `It hangs on ${friend}'s desk.` : json.map(plain).join('\n') || 'None of yours.')
}

await (friend ? visit() : sitAtTheDesk()).catch(({ message }) => (console.error(message), process.exit(1)))
