import type { HeardNeighbor } from '@eyenet/shared/wire'
import type { HeardFrame } from './frame-finding.ts'

/** Neighbours that are remembered; what is heard beyond them is no neighbour of a machine with a few cables. */
const MOST_HEARD = 256

/** Who was heard at the machine's own interfaces, for as long as their frames say that they hold. */
export class HeardNeighbors {
  readonly #heard = new Map<string, { readonly neighbor: HeardNeighbor; readonly untilMs: number }>()

  take(frame: HeardFrame, { port, nowMs }: { readonly port: string; readonly nowMs: number }): void {
    const key = JSON.stringify([port, frame.protocol, frame.chassisId ?? frame.sysName, frame.port])
    if (frame.ttl === 0) this.#heard.delete(key)
    else if (this.#heard.has(key) || this.#heard.size < MOST_HEARD) {
      this.#heard.set(key, { neighbor: neighborOf(frame, port), untilMs: nowMs + frame.ttl * 1_000 })
    }
  }

  now(nowMs: number): readonly HeardNeighbor[] {
    for (const [key, { untilMs }] of this.#heard) if (untilMs <= nowMs) this.#heard.delete(key)
    return [...this.#heard.values()].map(({ neighbor }) => neighbor)
  }

  clear(): void {
    this.#heard.clear()
  }
}

function neighborOf(frame: HeardFrame, port: string): HeardNeighbor {
  const { protocol, sysName, chassisId, portDescr, address, sysDescr, capabilities } = frame
  return {
    ...{ protocol, port, remoteSysName: sysName, remotePort: frame.port },
    ...(portDescr !== undefined && { remotePortDescr: portDescr }),
    ...(chassisId !== undefined && { remoteChassisId: chassisId }),
    ...(address !== undefined && { remoteAddress: address }),
    ...(sysDescr !== undefined && { remoteSysDescr: sysDescr }),
    ...(capabilities !== undefined && { capabilities: [...capabilities] }),
  }
}
