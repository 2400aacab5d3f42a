/** A process that holds zones and publishes its own until it is killed. It tells its parent of each once a call returned. */
import { openDatabase } from '../../../src/main/platform/database.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { device, NOW } from '../../unit/names/zone-parts.ts'
import { DATABASE_KEY, zoneOf } from './killed-zones.ts'

process.once('disconnect', () => process.exit())

const [path = '', from = ''] = process.argv.slice(2)
const store = new ZoneStore(openDatabase(path, DATABASE_KEY), device(1))
for (let number = Number(from); ; number++) {
  const zone = zoneOf(number)
  store.hold(zone, NOW)
  store.putOwn(zone)
  store.published(zone.key, { seq: zone.zone.seq, atMs: NOW, held: number, asked: number, againMs: NOW })
  process.send?.(number)
  if (number % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
}
