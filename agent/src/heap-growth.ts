import { setFlagsFromString } from 'node:v8'

/** Polls in a second, above which an agent's processor is worth more than some tens of megabytes. */
const MANY_POLLS_PER_SECOND = 2

/** Since this Node V8 counts calls, in place of bytecode, before it optimises; it prints an error for a flag that it has not. */
const COUNTS_CALLS_SINCE = 22
/** Since this Node code goes through a second compiler, Maglev, before that. */
const HAS_MAGLEV_SINCE = 24

const SMALL = ['--semi-space-growth-factor=1', '--heap-growing-percent=30', '--no-opt']
const LARGE = ['--semi-space-growth-factor=2', '--heap-growing-percent=0', '--opt']

/**
 * How the heap grows and whether busy code is optimised, by how much there is to do: the compiler alone takes ten megabytes, and a
 * poll of 50 interfaces costs 6 ms of processor without it, 0.9 ms with all of it (docs/benchmarks.md). V8 reads these flags
 * each time that it decides, so that they may change while it runs.
 */
export function growHeapFor(intervalsMs: readonly number[]): void {
  const pollsPerSecond = intervalsMs.reduce((sum, intervalMs) => sum + 1000 / intervalMs, 0)
  const site = pollsPerSecond > MANY_POLLS_PER_SECOND ? 'large' : 'small'
  for (const flag of heapFlags(site, Number.parseInt(process.versions.node, 10))) setFlagsFromString(flag)
}

/** The flags of a small site, which bin/eyenet-agent.js begins with, or for a large one what V8 has by itself. */
export function heapFlags(site: 'small' | 'large', nodeMajor: number): readonly string[] {
  const isSmall = site === 'small'
  const patience =
    nodeMajor >= COUNTS_CALLS_SINCE
      ? `--invocation-count-for-turbofan=${isSmall ? 45_000 : 3_000}`
      : `--interrupt-budget=${isSmall ? 1_000_000 : 67_584}`
  const maglev = nodeMajor >= HAS_MAGLEV_SINCE ? [isSmall ? '--no-maglev' : '--maglev'] : []
  return [...(isSmall ? SMALL : LARGE), patience, ...maglev]
}
