import { Lab } from './lab.ts'
import { runPair } from './pair.ts'
import type { Kind } from './kinds.ts'
import { cp } from 'node:fs/promises'
const [a, b, n, tr] = process.argv.slice(2) as [Kind, Kind, string, string]
const places = [{ name: 'a', kind: a }, { name: 'b', kind: b }]
const lab = await Lab.create(places, ['ines'])
try {
  await lab.openAll(['a', 'b'])
  for (const p of places) await lab.settled(p.name)
  for (let i = 0; i < Number(n ?? 1); i++) {
    const r = await runPair({ kind: a, host: lab.host('a') }, { kind: b, host: lab.host('b') }, String(i), { transfer: tr === 'x' })
    console.log(r.how, r.connectedMs?.toFixed(0), r.firstMessageMs?.toFixed(0), r.directMs?.toFixed(0), r.transferMs?.toFixed(0), r.failed ?? '')
  }
  console.log(await lab.host('a').call('report'))
  console.log(await lab.host('b').call('report'))
  await cp((lab as any).folder ?? '', '/tmp/lablogs', { recursive: true }).catch(() => {})
} finally { await lab.close() }
process.exit(0)
