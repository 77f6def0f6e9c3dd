import { type AgentBudget, AnomalyBudget, type BudgetFigures } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { now } from '../../live/clock.ts'
import { agents } from '../../live/site.ts'
import { useFetch } from '../../live/use-fetch.ts'
import { Segments } from '../../parts/field.tsx'
import { FailureNote } from '../../parts/notes.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf, query, setQuery } from '../../router/router.ts'
import { request } from '../../session/session.ts'
import { BUDGET_MARKS, budgetSentence, rateText } from './budget-words.ts'

const REFRESH_MS = 300_000
const PERIODS = [
  ['7', '7 days'],
  ['30', '30 days'],
] as const

/** How often people allow an alarm, and how often one came: for all, and for each agent. */
export function BudgetLine(): JSX.Element {
  const days = PERIODS.find(([one]) => one === query.value.get('days'))?.[0] ?? '7'
  const { state, reload } = useFetch(
    days,
    (signal) => request({ path: `/api/v1/anomalies/budget?days=${days}`, answer: AnomalyBudget, signal }),
    Math.floor(now.value / REFRESH_MS),
  )
  const loaded = state.value
  return (
    <section class="section" aria-labelledby="budget">
      <div class="section-head">
        <h2 id="budget">False alarms: asked and actual</h2>
        <a class="quiet" href={hrefOf({ kind: 'configuration' })}>
          Change what is asked
        </a>
        <div class="end">
          <Segments
            label="Period"
            value={days}
            onValue={(next) => setQuery({ days: next === '7' ? undefined : next })}
            options={PERIODS}
          />
        </div>
      </div>
      {loaded.kind === 'loading' && <Skeleton height={120} />}
      {loaded.kind === 'failed' && <FailureNote failure={loaded.failure} what="the budget" retry={reload} />}
      {loaded.kind === 'ready' && <Shown budget={loaded.value} />}
    </section>
  )
}

function Shown({ budget }: { budget: AnomalyBudget }): JSX.Element {
  const live = budget.agents.filter((one) => one.mode === 'live')
  return (
    <div class="panel pairs">
      <div class="budget-all">
        <BudgetFact title="Series" figures={budget.series} />
        <BudgetFact title="Devices as a whole" figures={budget.devices} />
        <p class="faint budget-note">
          Alarms that somebody called real are no false ones and do not count. Within means: at most twice and at least
          half of what was asked.
        </p>
      </div>
      {live.map((one) => (
        <BudgetRow key={`${one.agent} ${one.model}`} one={one} />
      ))}
    </div>
  )
}

function BudgetFact({ title, figures }: { title: string; figures: BudgetFigures }): JSX.Element {
  return (
    <div class="budget-fact">
      <span class="faint">{title}</span>
      <span>
        <strong>{figures.actual}</strong>
        <span class="quiet">{` of ${rateText(figures.asked)} asked`}</span>
      </span>
      <BudgetBar figures={figures} />
      <StateMark {...BUDGET_MARKS[figures.word]} />
    </div>
  )
}

/** What came as a bar, what was asked as a mark in its middle: at the right end is twice that. */
export function BudgetBar({ figures: { actual, asked } }: { figures: BudgetFigures }): JSX.Element {
  const share = asked === 0 ? 0 : Math.min(1, actual / asked / 2)
  return (
    <span class="budget-bar" aria-hidden="true">
      <span class="budget-fill" style={{ width: `${Math.round(share * 1000) / 10}%` }} />
      <span class="budget-asked" />
    </span>
  )
}

function BudgetRow({ one }: { one: AgentBudget }): JSX.Element {
  const known = agents.value.kind === 'ready' ? agents.value.value.get(one.agent)?.name : undefined
  return (
    <div class="budget-row">
      <span class="cut">
        <strong>{one.name ?? known ?? one.agent}</strong>
        <span class="faint">{` ${one.model ?? 'no model'}`}</span>
      </span>
      <span class="quiet budget-words">{budgetSentence(one)}</span>
      <BudgetBar figures={one.series} />
      <StateMark {...BUDGET_MARKS[one.series.word]} />
    </div>
  )
}
