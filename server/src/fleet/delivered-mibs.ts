import { setTimeout } from 'node:timers/promises'
import type { MibDelivery } from './mib-delivery.ts'
import type { MibLibrary, Mibs } from './mib-library.ts'

/** Who adds MIB files waits so long for agents; what they make of them later is in the list. */
const MIB_WAIT_MS = 25_000

/** The library, where adding waits for what agents make of it: some seconds at most. */
export function deliveredMibs(library: MibLibrary, delivery: MibDelivery): Mibs {
  return {
    list: () => library.list(),
    remove: (name) => library.remove(name),
    async add(files, by) {
      await library.add(files, by)
      const waiting = new AbortController()
      const enough = setTimeout(MIB_WAIT_MS, undefined, { ref: false, signal: waiting.signal })
      await Promise.race([delivery.deliverToAll(), enough.catch(() => {})])
      waiting.abort()
    },
  }
}
