const FIRST_MS = 1_000
const MAX_MS = 30_000

/** How long to wait after so many failures in a row: 1 s, doubled up to 30 s, and of that a random half less. */
export function backOffMs(failures: number, random: number): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.max(FIRST_MS, full * (1 - random / 2))
}
