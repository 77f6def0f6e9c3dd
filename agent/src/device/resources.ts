import type { SnmpDevice, SnmpOutcome } from '../snmp/snmp.ts'
import type { Turn } from './interfaces.ts'
import { rounded } from './poll-samples.ts'
import { numberOf, textOf } from './snmp-text.ts'

const HR_PROCESSOR_LOAD = '1.3.6.1.2.1.25.3.3.1.2'
/** hrStorageType, hrStorageDescr, hrStorageAllocationUnits, hrStorageSize. */
const HR_STORAGE = [2, 3, 4, 5].map((column) => `1.3.6.1.2.1.25.2.3.1.${column}`)
const HR_STORAGE_POLLED = ['1.3.6.1.2.1.25.2.3.1.5', '1.3.6.1.2.1.25.2.3.1.6']
const TYPE_RAM = '1.3.6.1.2.1.25.2.1.2'
const TYPE_DISK = '1.3.6.1.2.1.25.2.1.4'
/** File systems that a kernel makes up. */
const NOT_A_DISK = /^\/(?:run|dev|proc|sys|snap|var\/lib\/docker)(?:\/|$)/
const MAX_ROWS = 256

type Storage = { readonly kind: 'ram' | 'disk'; readonly unitBytes: number; used: number; total: number }

/** Processors, memory and disks after HOST-RESOURCES-MIB (RFC 2790). */
export class Resources {
  #cpus = new Map<string, number>()
  #storages = new Map<string, Storage>()

  get hasMemory(): boolean {
    return [...this.#storages.values()].some((one) => one.kind === 'ram')
  }

  async discover(device: SnmpDevice, turn: Pick<Turn, 'series'>): Promise<void> {
    const loads = await device.walk([HR_PROCESSOR_LOAD], { maxRows: MAX_ROWS })
    this.#cpus = new Map()
    for (const [at, row] of (loads.kind === 'ok' ? loads.value.rows : []).entries()) {
      this.#cpus.set(row.index, turn.series.id('device_cpu_ratio', { cpu: String(at) }))
    }
    const storages = await device.walk(HR_STORAGE, { maxRows: MAX_ROWS })
    this.#storages = new Map()
    for (const { index, values } of storages.kind === 'ok' ? storages.value.rows : []) {
      const type = textOf(values[0], 64)
      const name = textOf(values[1], 255)
      const unitBytes = numberOf(values[2]) ?? 0
      if (unitBytes <= 0 || (numberOf(values[3]) ?? 0) <= 0) continue
      if (type === TYPE_RAM && !this.hasMemory) {
        const used = turn.series.plain('device_memory_used_bytes')
        this.#storages.set(index, {
          kind: 'ram',
          unitBytes,
          used,
          total: turn.series.plain('device_memory_total_bytes'),
        })
      } else if (type === TYPE_DISK && !NOT_A_DISK.test(name)) {
        const used = turn.series.id('device_storage_used_bytes', { storage: name })
        const total = turn.series.id('device_storage_total_bytes', { storage: name })
        this.#storages.set(index, { kind: 'disk', unitBytes, used, total })
      }
    }
  }

  /** Reads what was found. `skipMemory`: another MIB knows better how much is in caches. */
  async poll(device: SnmpDevice, turn: Turn, skipMemory: boolean): Promise<SnmpOutcome<number>> {
    let varbinds = 0
    if (this.#cpus.size > 0) {
      const outcome = await device.readColumns([HR_PROCESSOR_LOAD], { expectRows: this.#cpus.size, maxRows: MAX_ROWS })
      if (outcome.kind !== 'ok') return outcome
      for (const [row, index] of outcome.value.indexes.entries()) {
        const id = this.#cpus.get(index)
        const load = outcome.value.columns[0]?.numbers[row]
        if (id !== undefined && load !== undefined) turn.samples.add(id, rounded(load / 100, 4))
      }
      varbinds += outcome.value.indexes.length
    }
    if (this.#storages.size === 0) return { kind: 'ok', value: varbinds }
    const indexes = [...this.#storages.keys()]
    const outcome = await device.readColumns(HR_STORAGE_POLLED, { indexes })
    if (outcome.kind !== 'ok') return outcome
    const [sizes, uses] = outcome.value.columns
    for (const [row, index] of outcome.value.indexes.entries()) {
      const storage = this.#storages.get(index)
      if (storage === undefined || (storage.kind === 'ram' && skipMemory)) continue
      turn.samples.add(storage.total, unsigned(sizes?.numbers[row]) * storage.unitBytes)
      turn.samples.add(storage.used, unsigned(uses?.numbers[row]) * storage.unitBytes)
    }
    return { kind: 'ok', value: varbinds + 2 * indexes.length }
  }
}

/** Integer32 that a large disk has made negative. */
function unsigned(value: number | undefined): number {
  if (value === undefined) return Number.NaN
  return value < 0 ? value + 2 ** 32 : value
}
