/** Waits for a promise, but not longer; what becomes of it does not matter. */
export async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((done) => {
    timer = setTimeout(done, ms)
  })
  await Promise.race([promise.catch(() => {}), late])
  clearTimeout(timer)
}
