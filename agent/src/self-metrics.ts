import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import { REFUSALS, type Refusal } from '@eyenet/shared/wire'
import type { Outbox } from './buffer/buffer.ts'
import { PollSamples, rounded } from './device/device.ts'
import type { DiscoveryCounts } from './discover/discover.ts'
import type { ScheduleCounts } from './schedule/schedule.ts'
import { TRAP_OUTCOMES, type TrapCounts } from './traps/traps.ts'
import type { UplinkStatus } from './uplink/uplink.ts'

export type SelfReading = {
  readonly now: EpochMs
  readonly schedule: ScheduleCounts
  readonly failedPolls: number
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly refusals: ReadonlyMap<Refusal, number>
  readonly line: UplinkStatus['line']
  readonly discovery: DiscoveryCounts
  readonly traps: TrapCounts
}

/** The agent about itself: one function per metric of the catalogue. */
export class SelfMetrics {
  readonly #outbox: Outbox
  readonly #labels: Readonly<Record<string, string>>

  constructor(outbox: Outbox, labels: { readonly site: string; readonly agent: AgentId }) {
    this.#outbox = outbox
    this.#labels = labels
  }

  record({ now, schedule, failedPolls, cpuSeconds, memoryBytes, refusals, line, discovery, traps }: SelfReading): void {
    const buffer = this.#outbox.status()
    const samples = new PollSamples()
    const add = (metric: string, value: number, labels: Readonly<Record<string, string>> = {}): void => {
      samples.add(this.#outbox.seriesId({ __name__: metric, ...this.#labels, ...labels }), value)
    }
    add('agent_buffer_samples', buffer.samples + buffer.pendingSamples)
    add('agent_buffer_bytes', buffer.bytes)
    add(
      'agent_buffer_oldest_seconds',
      buffer.oldest === undefined ? 0 : Math.max(0, rounded((now - buffer.oldest) / 1000, 1)),
    )
    add('agent_dropped_samples_total', buffer.droppedSamples)
    add('agent_backfill_pace_samples_per_second', line.backfillSamplesPerSecond ?? 0)
    if (line.bytesPerSecond !== undefined) add('agent_uplink_bytes_per_second', Math.round(line.bytesPerSecond))
    add('agent_polls_total', schedule.started)
    add('agent_polls_failed_total', failedPolls)
    add('agent_polls_late_total', schedule.late)
    add('agent_polls_skipped_total', schedule.skipped)
    add('agent_cpu_seconds_total', rounded(cpuSeconds, 2))
    add('agent_memory_bytes', memoryBytes)
    add('discovery_addresses_total', discovery.addresses)
    add('discovery_found_total', discovery.found)
    add('discovery_held_back_total', discovery.heldBack)
    add('discovery_dropped_total', discovery.dropped)
    add('discovery_packets_total', discovery.packets)
    for (const outcome of TRAP_OUTCOMES) add('discovery_traps_total', traps[outcome], { outcome })
    for (const reason of REFUSALS) add('agent_refused_commands_total', refusals.get(reason) ?? 0, { reason })
    this.#outbox.append({ samples: [samples.at(now)] })
  }
}
