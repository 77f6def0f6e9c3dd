import type { EpochMs } from '@eyenet/shared/identity'
import { type Diagnosis, TASK_LIMITS } from '@eyenet/shared/wire'
import type { BufferStatus } from '../buffer/buffer.ts'
import type { ScheduleCounts } from '../schedule/schedule.ts'
import type { UplinkStatus } from '../uplink/uplink.ts'
import { withoutSecrets } from './secret-words.ts'

export type DiagnosisSource = {
  readonly version: string
  readonly hostname: string
  readonly startedAt: EpochMs
  readonly now: EpochMs
  readonly devices: number
  readonly failedPolls: number
  readonly schedule: Readonly<ScheduleCounts>
  readonly buffer: BufferStatus
  readonly uplink: UplinkStatus
  readonly process: {
    readonly node: string
    readonly platform: string
    readonly memoryBytes: number
    readonly heapBytes: number
    readonly cpuSeconds: number
  }
  readonly log: readonly string[]
  /** Words that must not be in it. */
  readonly secrets: readonly string[]
}

/** Newest lines that fit a reply. */
const MAX_LOG_BYTES = 32 * 1024

/** What an agent says of itself. */
export function diagnosisOf(source: DiagnosisSource): Diagnosis {
  const { version, hostname, startedAt, now, devices, failedPolls, schedule, buffer, uplink } = source
  const { started, late, skipped, running } = schedule
  return {
    ...{ version, hostname, startedAt, at: now, devices },
    ...source.process,
    polls: { started, failed: failedPolls, late, skipped, running },
    buffer: {
      ...{ samples: buffer.samples, bytes: buffer.bytes, droppedSamples: buffer.droppedSamples },
      ...(buffer.oldest !== undefined && { oldest: buffer.oldest }),
    },
    uplink: { connectedSince: uplink.since, revision: uplink.revision, signingKeys: [...uplink.signingKeys] },
    refused: Object.fromEntries(uplink.refusals),
    log: newest(source.log.map((line) => withoutSecrets(line, source.secrets))),
  }
}

function newest(lines: readonly string[]): string[] {
  const kept: string[] = []
  let bytes = 0
  for (const line of lines.slice(-TASK_LIMITS.logLines).reverse()) {
    bytes += Buffer.byteLength(line)
    if (bytes > MAX_LOG_BYTES) break
    kept.unshift(line)
  }
  return kept
}
