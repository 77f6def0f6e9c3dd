import type { ServerProcess } from './server-process.testkit.ts'

export type Gap = { readonly from: number; readonly to: number }

/** Ticks that are missing within the gaps. */
export function ticksIn(gaps: readonly Gap[], intervalMs: number): number {
  return gaps.reduce((sum, { from, to }) => sum + Math.round((to - from) / intervalMs) - 1, 0)
}

/**
 * Polls that agents say they left out because the machine was busy: in a test on such a machine they are missing and not
 * lost. Agents tell it every fifteen seconds.
 */
export async function leftOut(server: ServerProcess): Promise<number> {
  let sum = 0
  for (const { values } of await server.api.query('agent_polls_skipped_total[1h]')) {
    for (const [at, value] of values.entries()) {
      const before = values[at - 1] ?? 0
      sum += value < before ? value : value - before
    }
  }
  return sum
}
