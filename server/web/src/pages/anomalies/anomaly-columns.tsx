import type { Anomaly } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { formatDuration } from '../../format/duration.ts'
import { formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { hrefOf } from '../../router/router.ts'
import type { Column } from '../../table/column.ts'
import { deviceNameOf, FEEDBACK_WORDS, judgeWords, REASON_WORDS, reasonSentence } from './anomaly-words.ts'
import { seriesTitle, usualText, valueText } from './series-words.ts'
import { StrengthMark } from './strength-mark.tsx'

type Col = Column<Anomaly>

const durationOf = ({ since, endedAt }: Anomaly): number => (endedAt ?? now.value) - since

/** Anomalies as a table. */
export const ANOMALY_COLUMNS: readonly Col[] = [
  {
    id: 'strength',
    title: 'Strength',
    width: '84px',
    largestFirst: true,
    hide: 'small',
    cell: (one) => <StrengthMark score={one.score} />,
    sort: (one) => one.score,
  },
  {
    id: 'since',
    title: 'Began',
    width: '112px',
    largestFirst: true,
    hide: 'small',
    cell: (one) => <span class="quiet">{formatShortMoment(one.since, now.value)}</span>,
    sort: (one) => one.since,
  },
  {
    id: 'series',
    title: 'Series',
    cell: (one) => <SeriesCell one={one} />,
    sort: (one) => `${deviceNameOf(one)} ${seriesTitle(one)}`,
  },
  {
    id: 'reason',
    title: 'Why',
    hide: 'small',
    cell: (one) => <span class="quiet">{reasonSentence(one)}</span>,
    sort: (one) => REASON_WORDS[one.reason] ?? one.reason,
  },
  {
    id: 'value',
    title: 'Value, usual',
    width: '210px',
    hide: 'medium',
    cell: (one) => <ValueCell one={one} />,
  },
  {
    id: 'lasted',
    title: 'Lasted',
    width: '92px',
    number: true,
    largestFirst: true,
    cell: (one) => <span class="quiet">{formatDuration(durationOf(one))}</span>,
    sort: durationOf,
  },
  {
    id: 'said',
    title: 'Said to be',
    width: '150px',
    hide: 'medium',
    cell: (one) => <SaidCell one={one} />,
    sort: (one) => one.feedback?.kind,
  },
]

function SeriesCell({ one }: { one: Anomaly }): JSX.Element {
  return (
    <>
      <a class="name" href={hrefOf({ kind: 'anomaly', id: one.id })}>
        {deviceNameOf(one)}
        <span class="faint"> · </span>
        {seriesTitle(one)}
      </a>
      <span class="second">{`${formatShortMoment(one.since, now.value)} · ${reasonSentence(one)}`}</span>
    </>
  )
}

function ValueCell({ one }: { one: Anomaly }): JSX.Element {
  const [value, usual] = [valueText(one, one.value), usualText(one)]
  return (
    <>
      {value ?? <span class="none">–</span>}
      {usual !== undefined && <span class="faint">{` · ${usual}`}</span>}
    </>
  )
}

function SaidCell({ one: { feedback } }: { one: Anomaly }): JSX.Element {
  if (feedback === undefined) return <span class="none">–</span>
  return (
    <span class="quiet" title={feedback.comment}>
      {FEEDBACK_WORDS[feedback.kind].word}
      <span class="faint">{` ${feedback.by}`}</span>
    </span>
  )
}

/** The table of a CSV file: everything, raw. */
export const EXPORTED: readonly Col[] = (
  [
    ['since', (one) => new Date(one.since).toISOString()],
    ['ended', (one) => (one.endedAt === undefined ? undefined : new Date(one.endedAt).toISOString())],
    ['device', deviceNameOf],
    ['site', (one) => one.site],
    ['interface', (one) => one.interface],
    ['metric', (one) => one.series?.name],
    ['labels', (one) => (one.series === undefined ? undefined : JSON.stringify(one.series.labels))],
    ['reason', (one) => one.reason],
    ['sentence', (one) => one.sentence],
    ['score', (one) => one.score],
    ['value', (one) => one.value ?? undefined],
    ['low', (one) => one.low ?? undefined],
    ['high', (one) => one.high ?? undefined],
    ['model', (one) => judgeWords(one.model)],
    ['feedback', (one) => one.feedback?.kind],
    ['by', (one) => one.feedback?.by],
    ['comment', (one) => one.feedback?.comment],
    ['id', (one) => one.id],
  ] as const satisfies readonly (readonly [string, (one: Anomaly) => string | number | undefined])[]
).map(([id, text]) => ({ id, title: id, text, cell: text }))
