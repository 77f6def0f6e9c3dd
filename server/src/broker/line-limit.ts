import type { Logger } from 'pino'

/** A stranger may cause a line as often as he likes: more than that of one kind in a minute tell nobody more. */
const MAX_LINES = 20
const WINDOW_MS = 60_000

export type LimitedWarn = (fields: Readonly<Record<string, unknown>>, message: string) => void

/**
 * Warnings that others can cause, few enough not to fill a disk. `message` is one of a few fixed texts; what was not
 * written of it is counted in its next line, as `unwritten`.
 */
export function limitWarnings(logger: Logger, now: () => number = Date.now): LimitedWarn {
  const kinds = new Map<string, { since: number; lines: number; unwritten: number }>()
  return (fields, message) => {
    const at = now()
    const kind = kinds.get(message) ?? { since: at, lines: 0, unwritten: 0 }
    kinds.set(message, kind)
    // A clock that was set back opens a new window too.
    if (at - kind.since >= WINDOW_MS || at < kind.since) Object.assign(kind, { since: at, lines: 0 })
    if (kind.lines >= MAX_LINES) {
      kind.unwritten += 1
      return
    }
    kind.lines += 1
    logger.warn(kind.unwritten > 0 ? { ...fields, unwritten: kind.unwritten } : fields, message)
    kind.unwritten = 0
  }
}
