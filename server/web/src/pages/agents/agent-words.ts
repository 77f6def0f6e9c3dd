import type { AgentResource, LedgerAgent } from '@eyenet/shared/api'
import { formatShortMoment } from '../../format/moment.ts'
import type { MarkKind } from '../../parts/state-mark.tsx'

/** Older data than this is worth a word, seconds. */
const LATE_SECONDS = 120

export function agentMark(agent: AgentResource): { readonly kind: MarkKind; readonly word: string } {
  if (agent.revokedAt !== undefined) return { kind: 'unknown', word: 'revoked' }
  if (agent.state === 'never') return { kind: 'unknown', word: 'never connected' }
  if (agent.state === 'disconnected') return { kind: 'critical', word: 'disconnected' }
  if ((agent.lagSeconds ?? 0) > LATE_SECONDS) return { kind: 'warning', word: 'late' }
  return { kind: 'ok', word: 'connected' }
}

/** What is wrong with an agent and what to do, in a sentence; undefined when nothing is. */
export function agentProblem(agent: AgentResource): string | undefined {
  if (agent.revokedAt !== undefined)
    return 'Its credentials were revoked: it cannot connect any more. Enrol its machine anew, or remove it here.'
  if (agent.state === 'never') return 'It is enrolled, but has not connected yet. Start the agent on its machine.'
  if (agent.state === 'disconnected') {
    return 'No connection. What it measures waits in its buffer and comes later. See whether its machine runs and reaches the server.'
  }
  if ((agent.droppedSamples ?? 0) > 0)
    return `${grouped(agent.droppedSamples ?? 0)} samples were dropped because its buffer was full.`
  if (Math.abs(agent.clockSkewSeconds ?? 0) > 5)
    return 'Its clock is off: set up time synchronisation (NTP) on its machine.'
  if (agent.ping === 'none') return 'It cannot ping: give it CAP_NET_RAW, or install the ping program.'
  if (agent.desiredRevision !== agent.actualRevision && agent.state === 'connected')
    return 'It has not taken over its latest orders yet.'
  return undefined
}

/** From when on samples are still to come. */
export function awaitedWords(standing: LedgerAgent | undefined, now: number): string {
  if (standing === undefined) return 'not known'
  return standing.awaitedFrom === undefined ? 'nothing' : `since ${formatShortMoment(standing.awaitedFrom, now)}`
}

/** How many samples will never come, and why: "500 samples (quota 400, age 100)". */
export function lostWords(standing: LedgerAgent | undefined): string {
  if (standing === undefined) return 'not known'
  const reasons = Object.entries(standing.lost)
  if (reasons.length === 0) return 'nothing'
  const sum = reasons.reduce((total, [, samples]) => total + samples, 0)
  const why = reasons.map(([reason, samples]) => `${reason} ${grouped(samples)}`)
  return `${grouped(sum)} samples (${why.join(', ')})`
}

/** Whole numbers that people compare: 51,000. */
function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
