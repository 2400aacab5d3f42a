import { dhtPart, grownPart } from './dht-part.ts'
import { PARTS, type PartName } from './facts.ts'
import { gossipPart } from './gossip-part.ts'
import { introducersPart } from './introducers-part.ts'
import { reporting } from './report.ts'
import { LIBRARY, PAPER } from './tables.ts'
import { walkPart } from './walk-part.ts'

/*
 * One run, in a process of its own: `part.ts <part> <nodes> <seed> <whole|quick>`. Each fact is a line of standard output.
 */
const [name = '', nodes = '50', seed = '1', size = 'whole'] = process.argv.slice(2)
const part: PartName | undefined = PARTS.find((one) => one === name)
if (part === undefined) throw new Error(`no part ${name}; there are ${PARTS.join(', ')}`)
const isQuick = size === 'quick'
const report = reporting({ part, seed: Number(seed), nodes: Number(nodes) }, (fact) => console.log(JSON.stringify(fact)))
const asked = isQuick ? { names: 6, lookUps: 12, newcomers: 3 } : { names: 24, lookUps: 48, newcomers: 16 }

const runs: Record<PartName, () => Promise<void>> = {
  dht: () => dhtPart(Number(nodes), Number(seed), asked, report),
  grown: () => grownPart(Number(nodes), Number(seed), asked, report),
  gossip: () => gossipPart(Number(nodes), Number(seed), isQuick ? 4 : 15, report),
  introducers: () => introducersPart(Number(nodes), Number(seed), isQuick ? 10 : 60, report),
  async walk() {
    const lookUps = isQuick ? 20 : 50
    await walkPart(Number(nodes), Number(seed), { rule: PAPER, said: 'paper', lookUps }, report)
    await walkPart(Number(nodes), Number(seed), { rule: LIBRARY, said: 'library', lookUps }, report)
  },
}
// Whoever waits for a timer of the app’s clock, which keeps no process alive, is waited for.
setInterval(() => {}, 1_000)
await runs[part]()
// What still waits for somebody who is gone waits for nothing.
process.exit(0)
