import { LEDGER_STATES, type LedgerInterval, type LedgerState } from '@eyenet/shared/api'
import { assertNever } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'

/** A device is polled every intervalMs from `since` on, until `until`. */
export type Watch = { readonly since: EpochMs; readonly until: EpochMs | undefined; readonly intervalMs: number }

/** Samples of these times, both included, are lost. */
export type Loss = { readonly from: EpochMs; readonly to: EpochMs; readonly reason: string }

/** The agent did not run after `from` and before `to`. */
export type Downtime = {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly how: 'stopped' | 'ended' | 'new-outbox'
}

/** Samples after `from` are still at the agent. */
export type Awaited = { readonly from: EpochMs; readonly why: string }

export type Evidence = {
  readonly watches: readonly Watch[]
  readonly losses: readonly Loss[]
  readonly downtimes: readonly Downtime[]
  readonly awaited: Awaited | undefined
  /** Times whose samples came late, both ends included. */
  readonly late: readonly { readonly from: EpochMs; readonly to: EpochMs }[]
}

export type IntervalFacts = {
  /** Polls with from < time <= to. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly stored: number
  /** The agent has samples of its own in the interval. */
  readonly agentRan: boolean
}

/** What became of the polls of one device in one interval. Pure; what is missing is explained in a fixed order. */
export function explainInterval(facts: IntervalFacts, evidence: Evidence): LedgerInterval {
  const { from, to, stored } = facts
  const expected = sum(evidence.watches, (watch) => pollsOf(watch, facts))
  const intervalMs = Math.min(...evidence.watches.map((watch) => watch.intervalMs))
  const counts = { late: 0, lost: 0, awaited: 0, notSampled: 0, unknown: 0 }
  const why: string[] = []
  let missing = Math.max(0, expected - stored)
  const take = (kind: keyof typeof counts, most: number, sentence: string): void => {
    const share = Math.min(missing, most)
    if (share === 0) return
    missing -= share
    counts[kind] += share
    if (!why.includes(sentence)) why.push(sentence)
  }
  for (const loss of evidence.losses) take('lost', pointsIn(loss, facts, intervalMs), lossSentence(loss.reason))
  const { awaited } = evidence
  if (awaited !== undefined) take('awaited', touched(awaited.from, to, { ...facts, intervalMs }), awaited.why)
  for (const one of evidence.downtimes) {
    take('notSampled', touched(one.from, one.to, { ...facts, intervalMs }), downtimeSentence(one.how))
  }
  if (facts.agentRan) take('notSampled', missing, 'The agent ran, but did not poll the device in time.')
  take('unknown', missing, 'Nothing explains what is missing.')
  counts.late = Math.min(
    stored,
    sum(evidence.late, (span) => pointsIn(span, facts, intervalMs)),
  )
  return { from, to, expected, stored, ...counts, state: stateOf({ expected, stored, ...counts }), why }
}

/** Why samples were lost, for people; reasons of a newer agent are shown as they are. */
export function lossSentence(reason: string): string {
  return LOSSES[reason] ?? `The agent dropped them (${reason}).`
}

const LOSSES: Readonly<Record<string, string>> = {
  quota: "The agent's outbox was full, and the oldest samples were dropped.",
  age: "They were older than the agent's outbox keeps them.",
  'disk-full': "The disk of the agent's machine was full, and so was its memory for samples.",
  refused: 'The server refused the message that they were in.',
  thinned: 'The outbox was filling up, and of older samples one in five minutes was kept.',
  damaged: "The agent's disk gave back something else than was written.",
  'impossible-time': 'The server refused them: their time is before 1970 or more than a day ahead.',
  'agent-removed': 'The agent was removed from the server, with what it still kept.',
}

function downtimeSentence(how: Downtime['how']): string {
  switch (how) {
    case 'stopped':
      return 'The agent was stopped.'
    case 'ended':
      return 'The agent did not run: its process or its machine had ended.'
    case 'new-outbox':
      return 'The agent did not run, or what it sampled is gone: it began again with a new outbox.'
    default:
      return assertNever(how)
  }
}

type Counts = Pick<LedgerInterval, 'expected' | 'stored' | 'late' | 'lost' | 'awaited' | 'notSampled' | 'unknown'>

function stateOf(counts: Counts): LedgerState {
  const holds: Readonly<Record<LedgerState, boolean>> = {
    lost: counts.lost > 0,
    unknown: counts.unknown > 0,
    awaited: counts.awaited > 0,
    'not-sampled': counts.notSampled > 0,
    late: counts.late > 0,
    complete: counts.expected > 0 || counts.stored > 0,
    'not-watched': true,
  }
  return LEDGER_STATES.find((state) => holds[state]) ?? 'not-watched'
}

type Span = { readonly from: EpochMs; readonly to: EpochMs }

/** Polls that a watch must have made within from < time <= to: whole intervals, for their phase is not known. */
function pollsOf({ since, until, intervalMs }: Watch, { from, to }: Span): number {
  const length = Math.min(to, until ?? to) - Math.max(from, since)
  return length <= 0 ? 0 : Math.floor(length / intervalMs)
}

/** Polls that can have been at the times of a span whose ends are polls. */
function pointsIn(span: Span, { from, to }: Span, intervalMs: number): number {
  const first = Math.max(span.from, from + 1)
  const last = Math.min(span.to, to)
  return last < first ? 0 : Math.floor((last - first) / intervalMs) + 1
}

/** Polls that can have been between two moments. */
function touched(
  start: EpochMs,
  end: EpochMs,
  { from, to, intervalMs }: Span & { readonly intervalMs: number },
): number {
  const length = Math.min(end, to) - Math.max(start, from)
  return length <= 0 ? 0 : Math.ceil(length / intervalMs)
}

function sum<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((total, item) => total + read(item), 0)
}
