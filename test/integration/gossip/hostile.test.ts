import { afterEach, expect, test } from 'vitest'
import type { GossipMessage, GossipVerdict, TopicTerms } from '../../../src/main/platform/gossip.ts'
import { eventually } from '../../helpers/eventually.ts'
import { closeAll, gossipNode, inLine, untilMeshed, type GossipNode } from '../../helpers/gossip-nodes.ts'

const TOPIC = '/latch/test/blocks'
const open: GossipNode[] = []

afterEach(async () => {
  await closeAll(open.splice(0))
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('who brings nothing but what is ignored is not listened to any more, and takes nobody else\u2019s place', async () => {
  const [loud, middle, honest] = [await gossipNode(), await gossipNode(), await gossipNode()]
  open.push(loud, middle, honest)
  await inLine([loud, middle, honest])
  const judged: string[] = []
  const judge = ({ data }: GossipMessage): GossipVerdict => {
    const text = new TextDecoder().decode(data)
    judged.push(text)
    return text === 'a block' ? { verdict: 'accept', why: 'new' } : { verdict: 'ignore', why: 'it follows nothing' }
  }
  const much = { burst: 1_000, perSecond: 1_000 }
  const terms: TopicTerms = { maxBytes: 1_024, perAuthor: much, judge }
  const orphans = loud.gossip.enter(TOPIC, terms)
  middle.gossip.enter(TOPIC, { ...terms, total: { burst: 10, perSecond: 10 } })
  const topic = honest.gossip.enter(TOPIC, terms)
  await untilMeshed([loud, middle, honest], TOPIC)
  for (let index = 0; index < 400; index++) await orphans.publish(bytes(`orphan ${index}`))
  await eventually('the rest was not looked at', () => (middle.gossip.counts(TOPIC)?.overran ?? 0) > 50)
  await topic.publish(bytes('a block'))
  await eventually('another neighbour is heard', () => judged.includes('a block'))
  expect(judged.length).toBeLessThan(400)
  expect(middle.offences).toEqual([])
})
