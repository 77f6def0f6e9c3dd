import { isIP } from 'node:net'
import type { DeviceId } from '@eyenet/shared/identity'
import { ipNumber, ipText } from '@eyenet/shared/network'
import type { Logger } from 'pino'
import type { Clock } from '../schedule/schedule.ts'
import { readNotification } from '../snmp/snmp.ts'
import { NO_TRAPS, type TrapCounts, TrapHints } from './trap-hints.ts'
import { TrapListener, type TrapSettings } from './trap-listener.ts'

export type { TrapSettings } from './trap-listener.ts'

/** A device that is asked by SNMP: `address` may be a name, `device` is its identity once it is known. */
export type TrapTarget = { readonly key: string; readonly address: string; readonly device: DeviceId | undefined }

export type TrapWatchParts = {
  readonly clock: Clock
  readonly logger: Logger
  readonly targets: () => Iterable<TrapTarget>
  /** The address of a name; undefined where nobody knows it. */
  readonly resolve: (name: string) => Promise<string | undefined>
  /** Looks at a device now, as the target of this name. */
  readonly look: (key: string) => void
}

/** Addresses of one device, and of all: it may send from any of them. */
const MAX_OWN = 256
const MAX_OWNED = 65_536
/** Names are asked again, and new identities taken in. */
const SENDERS_EVERY_MS = 60_000

/** Hears traps of watched devices, and has those looked at that send one. */
export class TrapWatch {
  readonly #parts: TrapWatchParts
  readonly #hints = new TrapHints()
  readonly #listener: TrapListener
  readonly #owned = new Map<DeviceId, readonly string[]>()
  #ownedCount = 0
  readonly #cancels = new Set<() => void>()
  #cancelSenders = (): void => {}
  /** What is behind the names of targets, as it was when they were asked last. */
  #names: ReadonlyMap<string, string> = new Map()
  #isAsking = false
  #counts: TrapCounts = NO_TRAPS
  #isOn = false

  constructor(parts: TrapWatchParts) {
    this.#parts = parts
    this.#listener = new TrapListener({
      ...parts,
      onPacket: (packet, from, answer) => this.#take(packet, from, answer),
    })
  }

  /** Since the agent started. */
  get counts(): TrapCounts {
    return this.#counts
  }

  /** The port that is open. */
  get port(): number | undefined {
    return this.#listener.port
  }

  /** Other settings, or other targets. Undefined: traps are not heard. */
  configure(settings: TrapSettings | undefined): void {
    this.#isOn = settings !== undefined
    this.#listener.listen(settings)
    this.#cancelSenders()
    if (this.#isOn) this.#knowSenders()
  }

  /** All addresses that a watched device has. */
  owned(device: DeviceId, addresses: readonly string[]): void {
    this.#disown(device)
    const kept = addresses.slice(0, Math.min(MAX_OWN, MAX_OWNED - this.#ownedCount))
    this.#ownedCount += kept.length
    this.#owned.set(device, kept)
  }

  close(): void {
    this.#isOn = false
    this.#listener.close()
    this.#cancelSenders()
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }

  #disown(device: DeviceId): void {
    this.#ownedCount -= this.#owned.get(device)?.length ?? 0
    this.#owned.delete(device)
  }

  #take(packet: Uint8Array, from: string, answer: (packet: Uint8Array) => void): void {
    const { clock, look } = this.#parts
    const hint = this.#hints.take(
      canonical(from),
      () => {
        const read = readNotification(packet)
        if (typeof read !== 'string' && read.confirmation !== undefined) answer(read.confirmation)
        return read
      },
      clock.monotonicMs(),
    )
    this.#counts = { ...this.#counts, [hint.kind]: this.#counts[hint.kind] + 1 }
    if (!('keys' in hint) || hint.keys.length === 0) return
    const use = (): void => {
      for (const key of hint.keys) look(key)
    }
    if (hint.afterMs === 0) use()
    else this.#later(hint.afterMs, use)
  }

  #later(ms: number, work: () => void): void {
    const cancel = this.#parts.clock.after(ms, () => {
      this.#cancels.delete(cancel)
      work()
    })
    this.#cancels.add(cancel)
  }

  #knowSenders(): void {
    const { clock, targets, logger } = this.#parts
    const all = [...targets()]
    const watched = new Set(all.map(({ device }) => device))
    for (const device of this.#owned.keys()) if (!watched.has(device)) this.#disown(device)
    // Those with addresses count at once, those with names when they are known.
    this.#setSenders(all)
    if (!this.#isAsking) {
      this.#isAsking = true
      this.#namesOf(all)
        .then((names) => {
          this.#names = names
          if (this.#isOn) this.#setSenders([...targets()])
        })
        .catch((thrown: unknown) =>
          logger.error({ err: thrown }, 'names of devices that send traps could not be asked'),
        )
        .finally(() => {
          this.#isAsking = false
        })
    }
    this.#cancelSenders = clock.after(SENDERS_EVERY_MS, () => this.#knowSenders())
  }

  #setSenders(targets: readonly TrapTarget[]): void {
    this.#hints.setSenders(
      targets.map(({ key, address, device }) => ({
        key,
        addresses: [this.#names.get(address) ?? address, ...((device && this.#owned.get(device)) ?? [])].map(canonical),
      })),
    )
  }

  async #namesOf(targets: readonly TrapTarget[]): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>()
    for (const { address } of targets) {
      if (isIP(address) !== 0 || names.has(address)) continue
      if (!this.#isOn) return this.#names
      // One that nobody knows just now is most likely where it was.
      const found = (await this.#parts.resolve(address)) ?? this.#names.get(address)
      if (found !== undefined) names.set(address, found)
    }
    return names
  }
}

/** The canonical text of an address, without its zone; a name as it is. */
function canonical(address: string): string {
  const number = ipNumber(address.replace(/%.*$/, ''))
  return number === undefined ? address : ipText(number)
}
