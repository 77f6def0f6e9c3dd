/** The pause between two looks; a look that takes long is followed by one as long, so that waiting costs little. */
const LOOK_EVERY_MS = 50

/**
 * Waits until `read` answers something other than undefined or false, and answers that. What it throws counts as
 * "not yet". Fails with what was awaited and the last fault.
 */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 120_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  let fault: unknown
  while (performance.now() < deadline) {
    const lookedAt = performance.now()
    try {
      const value = await read()
      if (value !== undefined && value !== false) return value
      fault = undefined
    } catch (thrown) {
      fault = thrown
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(LOOK_EVERY_MS, performance.now() - lookedAt)))
  }
  throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: fault })
}
