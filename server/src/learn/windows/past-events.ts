import { type EpochMs, type Labels, seriesKey } from '@eyenet/shared/identity'
import type { StandingFeedback } from '../../anomalies/anomalies.ts'
import type { ControlDb } from '../../db/db.ts'
import type { FeedbackWindow, TimeWindow, TrainingSeries } from '../training/training.ts'

/** Alerts of the time; more than that, and the oldest are not known. */
const MAX_ALERTS = 50_000

/** What was wrong, and what people said, by device. */
export class PastEvents {
  readonly #incidents = new Map<string, (TimeWindow & { readonly interface: string | null })[]>()
  readonly #feedback = new Map<string, (FeedbackWindow & { readonly series: string | undefined })[]>()

  /** Times in which the device or interface of the series was alerted about, and what was said about the series. */
  of(labels: Labels): Pick<TrainingSeries, 'incidents' | 'feedback'> {
    const { device = '' } = labels
    const key = seriesKey(labels)
    const own = (this.#incidents.get(device) ?? []).filter(
      (one) => one.interface === null || one.interface === (labels.interface ?? null),
    )
    const said = (this.#feedback.get(device) ?? []).filter(({ series }) => series === undefined || series === key)
    return {
      incidents: own.map(({ from, to }) => ({ from, to })),
      feedback: said.map(({ from, to, kind }) => ({ from, to, kind })),
    }
  }

  incident(device: string, window: TimeWindow & { readonly interface: string | null }): void {
    listAt(this.#incidents, device).push(window)
  }

  said({ device, labels, from, to, kind }: StandingFeedback): void {
    const series = labels && seriesKey(labels)
    listAt(this.#feedback, device).push({ from, to, kind, series })
  }
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const known = lists.get(key) ?? []
  lists.set(key, known)
  return known
}

export type PastEventsSources = {
  readonly db: ControlDb
  readonly feedbackFor: (range: {
    readonly from: EpochMs
    readonly to: EpochMs
  }) => Promise<readonly StandingFeedback[]>
}

/** Alerts that fired, and feedback, of the time from <= time <= to. */
export async function loadPastEvents(
  { db, feedbackFor }: PastEventsSources,
  range: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<PastEvents> {
  const events = new PastEvents()
  const alerts = await db
    .selectFrom('alerts')
    .select(['device', 'interface', 'started_at', 'ended_at'])
    .where('device', 'is not', null)
    .where('fired_at', 'is not', null)
    .where('started_at', '<=', range.to)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', range.from)]))
    .orderBy('started_at', 'desc')
    .limit(MAX_ALERTS)
    .execute()
  for (const { device, started_at, ended_at, ...one } of alerts) {
    if (device !== null)
      events.incident(device, { interface: one.interface, from: started_at, to: ended_at ?? range.to })
  }
  for (const one of await feedbackFor(range)) events.said(one)
  return events
}
