import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeviceId } from '@eyenet/shared/identity'
import { z } from 'zod'

const text = z.string().max(2048)

/** What the agent keeps of one target, so that a device and its interfaces are the same after a restart. */
const Remembered = z.object({
  device: DeviceId,
  rank: z.string().max(32),
  /** Whether it has ever answered a ping. */
  answered: z.boolean().optional(),
  interfaces: z.array(
    z.object({ interface: text, ifIndex: z.number(), ifName: text, ifDescr: text, ifAlias: text, mac: text }),
  ),
  /** What its answers have taught: how large they may be. */
  learnt: z
    .object({ varbinds: z.number(), ceiling: z.number().nullable(), bulk: z.enum(['untried', 'works', 'ignored']) })
    .optional()
    .catch(undefined),
  /** By interface and metric: what is taken off a counter. */
  bases: z.record(z.string(), z.record(z.string(), z.number())),
})
export type Remembered = z.infer<typeof Remembered>

export type DeviceMemory = {
  load(target: string): Remembered | undefined
  save(target: string, remembered: Remembered): void
}

/** One small JSON file per target below the data folder. One that is damaged counts as not there. */
export function fileMemory(dataDir: string): DeviceMemory {
  const folder = join(dataDir, 'devices')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fileOf = (target: string): string =>
    join(folder, `${createHash('sha256').update(target).digest('hex').slice(0, 24)}.json`)
  return {
    load(target) {
      try {
        return Remembered.parse(JSON.parse(readFileSync(fileOf(target), 'utf8')))
      } catch {
        return undefined
      }
    },
    save(target, remembered) {
      const file = fileOf(target)
      writeFileSync(`${file}.new`, JSON.stringify(remembered), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}
