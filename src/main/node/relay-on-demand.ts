import type { RelayService } from '../features/introduction/types.ts'

/** A relay that is loaded when it first starts: most devices never carry a circuit. */
export function relayOnDemand(make: () => Promise<RelayService>): RelayService {
  let making: Promise<RelayService> | null = null
  let made: RelayService | null = null
  return {
    async start() {
      making ??= make()
      made = await making
      await made.start()
    },
    stop: async () => (await making)?.stop(),
    reservations: () => made?.reservations() ?? 0,
    circuits: () => made?.circuits() ?? 0,
    relayedBytes: () => made?.relayedBytes() ?? 0,
    review: () => made?.review(),
    release: (peerId) => made?.release(peerId),
  }
}
