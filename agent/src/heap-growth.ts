import { setFlagsFromString } from 'node:v8'

/** Polls in a second, above which an agent's processor is worth more than some tens of megabytes. */
const MANY_POLLS_PER_SECOND = 2

/** The flags of bin/eyenet-agent.js for a small site, and what V8 has by itself (Node 20 to 24). */
const SMALL = ['--semi-space-growth-factor=1', '--heap-growing-percent=30', '--interrupt-budget=1000000', '--no-opt']
const LARGE = ['--semi-space-growth-factor=2', '--heap-growing-percent=0', '--interrupt-budget=135168', '--opt']

/**
 * How the heap grows and whether busy code is optimised, by how much there is to do: the compiler alone takes ten megabytes, and a
 * poll of 50 interfaces costs 6 ms of processor without it, 0.9 ms with all of it (docs/benchmarks.md). V8 reads these flags
 * each time that it decides, so that they may change while it runs.
 */
export function growHeapFor(intervalsMs: readonly number[]): void {
  const pollsPerSecond = intervalsMs.reduce((sum, intervalMs) => sum + 1000 / intervalMs, 0)
  for (const flag of pollsPerSecond > MANY_POLLS_PER_SECOND ? LARGE : SMALL) setFlagsFromString(flag)
}
