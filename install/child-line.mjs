// pino's numbers for its levels.
const WARN = 40
const ERROR = 50
const MAX_TEXT = 400
// Distinct texts remembered, so that a stream of ever new ones cannot fill memory.
const MAX_REMEMBERED = 1000
const REPEAT_AFTER_MS = 60_000

/**
 * What a line printed by the server or an agent is. Both print `{"event":...}` on stdout and pino's JSON on stderr;
 * anything else is text, such as the last words of a crash.
 * `{ kind: 'event', event } | { kind: 'log', level, text } | { kind: 'text', text }`
 */
export function readChildLine(line) {
  const parsed = parseObject(line)
  if (parsed === undefined) return { kind: 'text', text: plain(line) }
  if (typeof parsed.event === 'string' && parsed.level === undefined) return { kind: 'event', event: parsed }
  const level = typeof parsed.level === 'number' ? parsed.level : levelNumber(parsed.level)
  const cause = parsed.err?.message ?? parsed.error
  const text = [parsed.msg, cause].filter((part) => typeof part === 'string' && part !== '').join(': ')
  return { kind: 'log', level, text: plain(text === '' ? line : text) }
}

/** Decides which lines people see: a notice once, a warning or error at most once a minute. Remembers what it showed. */
export function createLineFilter({ verbose }) {
  const shownAt = new Map()
  const unlessRepeated = (text, now, afterMs) => {
    const before = shownAt.get(text)
    if (before !== undefined && now - before < afterMs) return undefined
    if (shownAt.size >= MAX_REMEMBERED) shownAt.delete(shownAt.keys().next().value)
    shownAt.set(text, now)
    return text
  }
  return (read, now) => {
    if (read.kind === 'event') {
      const { event, text } = read.event
      return event === 'notice' ? unlessRepeated(plain(text), now, Number.POSITIVE_INFINITY) : undefined
    }
    if (verbose) return read.text
    if (read.kind === 'text' || read.level < WARN) return undefined
    return unlessRepeated(`${read.level >= ERROR ? 'error: ' : ''}${read.text}`, now, REPEAT_AFTER_MS)
  }
}

/** One printable line: devices choose some of these texts, and a terminal obeys control characters. */
export function plain(text) {
  const line = String(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line
}

function levelNumber(name) {
  return { fatal: 60, error: ERROR, warn: WARN }[name] ?? 30
}

function parseObject(line) {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
