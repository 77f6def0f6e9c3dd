import { assertNever } from '@eyenet/shared/errors'

/** What became of some echo requests to one address. `detail` is a clause for people. */
export type PingOutcome =
  | {
      readonly kind: 'reply'
      /** The smallest of the round-trip times. */
      readonly rttSeconds: number
      readonly meanRttSeconds: number
      readonly maxRttSeconds: number
      readonly sent: number
      readonly received: number
      readonly lossRatio: number
    }
  | { readonly kind: 'timeout'; readonly sent: number }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string }

export type PingOptions = {
  /** Wait for each answer, 1,000 ms unless told. */
  readonly timeoutMs?: number
  /** Echo requests, 1 unless told; 20 at most. */
  readonly count?: number
}

/** What one echo request came to. */
export type Echo =
  | { readonly kind: 'reply'; readonly rttSeconds: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly detail: string }

/** The outcome of all echo requests of one ping: one answer is enough to be there. */
export function summarise(echoes: readonly Echo[]): PingOutcome {
  const sent = echoes.length
  const times = echoes.flatMap((echo) => (echo.kind === 'reply' ? [echo.rttSeconds] : []))
  const received = times.length
  if (received > 0) {
    return {
      kind: 'reply',
      rttSeconds: Math.min(...times),
      meanRttSeconds: times.reduce((sum, time) => sum + time, 0) / received,
      maxRttSeconds: Math.max(...times),
      sent,
      received,
      lossRatio: (sent - received) / sent,
    }
  }
  return echoes.find((echo) => echo.kind === 'unreachable') ?? { kind: 'timeout', sent }
}

/** One sentence for people: what was tried, on what, and what to do next. */
export function describePing(outcome: PingOutcome, address: string): string {
  const asked = `Ping of ${address}`
  switch (outcome.kind) {
    case 'reply':
      return `${asked}: ${outcome.received} of ${outcome.sent} answered, ${(outcome.rttSeconds * 1000).toFixed(2)} ms at best.`
    case 'timeout':
      return `${asked}: no answer to ${outcome.sent}; check that it is on, and that no firewall drops ICMP echo.`
    case 'unreachable':
      return `${asked}: unreachable, ${outcome.detail}; check the address, the routes and the firewalls on the way.`
    case 'unavailable':
      return `${asked}: not possible, ${outcome.detail}.`
    default:
      return assertNever(outcome)
  }
}
