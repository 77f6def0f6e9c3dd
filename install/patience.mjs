import { vi } from 'vitest'

/** Far more than anything takes on a busy machine: what comes is seen at once, however long the patience. */
const PATIENCE_MS = 120_000

const { waitFor } = vi
vi.waitFor = (look, options = {}) =>
  waitFor(look, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options })
