import { open, readFile, rename } from 'node:fs/promises'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { z } from 'zod'

/** Everything before it is done: series with smaller keys, and of this series what is not later. */
const Position = z.object({ key: z.string(), time: z.number() })
export type Position = z.infer<typeof Position>

export const BEGINNING: Position = { key: '', time: -1 }

export function isAfter(one: Position, other: Position): boolean {
  return one.key === other.key ? one.time > other.time : one.key > other.key
}

const MigrationState = z.object({
  format: z.literal(1),
  /** What is copied, and where to; a state of another plan is no use. */
  plan: z.object({ target: z.string(), match: z.string(), from: z.number(), until: z.number() }),
  /** Up to here the engine has everything for good. */
  safe: Position,
  /** Behind this nothing was sent. */
  sentTo: Position,
  samples: z.number(),
  refused: z.number(),
  unstorable: z.number(),
  isDone: z.boolean(),
})
export type MigrationState = z.infer<typeof MigrationState>
export type MigrationPlan = MigrationState['plan']

/** Undefined when there is no such file. EyeNetError `invalid` when it is something else. */
export async function loadState(path: string): Promise<MigrationState | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new EyeNetError('forbidden', `cannot read ${path}: ${messageOf(cause)}; check its rights`, { cause })
  }
  try {
    return MigrationState.parse(JSON.parse(text))
  } catch (cause) {
    throw new EyeNetError('invalid', `${path} does not say where a migration stopped; begin anew with --restart`, {
      cause,
    })
  }
}

/** On disk when it resolves; a kill leaves the old state or the new one. */
export async function saveState(path: string, state: MigrationState): Promise<void> {
  try {
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(state))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot write ${path}: ${messageOf(cause)}; free space or check its rights`, {
      cause,
    })
  }
}
