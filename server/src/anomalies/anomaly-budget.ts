import type { AgentBudget, AnomalyBudget } from '@eyenet/shared/api'
import { type AgentId, type EpochMs, epochMs, type SiteName } from '@eyenet/shared/identity'
import type { AnomalyRow } from '../db/db.ts'
import { budgetFigures } from './budget-figures.ts'
import { HOUR_MS, type JudgedHour } from './judged-hours.ts'

/** What people accept at an agent. */
export type AskedBudget = { readonly alarmsPerMonth: number; readonly deviceAlarmsPerWeek: number }

export type BudgetAgent = {
  readonly agent: AgentId
  readonly site: SiteName
  readonly name?: string
  readonly devices: number
  readonly asked: AskedBudget
  readonly hours: readonly JudgedHour[]
}

/** An alarm as it counts for a budget. */
export type Alarm = Pick<AnomalyRow, 'agent' | 'trial' | 'since' | 'series_key'> & { readonly real: boolean }

const MONTH_HOURS = 30 * 24
const WEEK_HOURS = 7 * 24

type Run = { model: string | undefined; mode: 'live' | 'shadow'; hours: JudgedHour[]; alarms: Alarm[] }

/**
 * Asked against actual by agent and model. An alarm counts for the model that was live in its hour, whichever detector saw
 * it; those outside the hours that were judged, as far as the metrics tell, are left out on both sides.
 */
export function anomalyBudget(
  agents: readonly BudgetAgent[],
  alarms: readonly Alarm[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): AnomalyBudget {
  const byAgent = new Map<AgentId, Alarm[]>()
  for (const alarm of alarms) {
    const known = byAgent.get(alarm.agent)
    if (known === undefined) byAgent.set(alarm.agent, [alarm])
    else known.push(alarm)
  }
  const found = agents.flatMap((one) => runsOf(one, byAgent.get(one.agent) ?? []).map((run) => budgetOf(one, run)))
  const live = found.filter(({ mode }) => mode === 'live')
  const sum = (of: (one: AgentBudget) => number): number => live.reduce((total, one) => total + of(one), 0)
  return {
    ...{ from, to, days: (to - from) / (24 * HOUR_MS) },
    series: budgetFigures(
      sum(({ series }) => series.actual),
      sum(({ series }) => series.asked),
    ),
    devices: budgetFigures(
      sum(({ devices }) => devices.actual),
      sum(({ devices }) => devices.asked),
    ),
    agents: found,
  }
}

function runsOf({ hours }: BudgetAgent, alarms: readonly Alarm[]): Run[] {
  const runs = new Map<string, Run>()
  const runOf = (mode: Run['mode'], model: string | undefined): Run => {
    const key = `${mode}/${model ?? ''}`
    const run = runs.get(key) ?? { model, mode, hours: [], alarms: [] }
    runs.set(key, run)
    return run
  }
  const byEnd = new Map<number, JudgedHour>()
  for (const hour of hours) {
    byEnd.set(hour.end, hour)
    runOf('live', hour.live).hours.push(hour)
    for (const trial of hour.trials) runOf('shadow', trial).hours.push(hour)
  }
  for (const alarm of alarms) {
    const hour = byEnd.get(Math.ceil(alarm.since / HOUR_MS) * HOUR_MS)
    if (hour === undefined) continue
    if (alarm.trial === '') runOf('live', hour.live).alarms.push(alarm)
    else if (hour.trials.includes(alarm.trial)) runOf('shadow', alarm.trial).alarms.push(alarm)
  }
  return [...runs.values()]
}

function budgetOf(
  { agent, site, name, devices, asked }: BudgetAgent,
  { model, mode, hours, alarms }: Run,
): AgentBudget {
  const seriesHours = hours.reduce((sum, { series }) => sum + series, 0)
  const leftOutHours = hours.reduce((sum, { leftOut }) => sum + leftOut, 0)
  const count = Math.max(1, hours.length)
  const counted = alarms.filter(({ real }) => !real)
  const ofSeries = counted.filter(({ series_key }) => series_key !== '').length
  return {
    ...{ agent, site, mode, hours: hours.length, ...asked },
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...{ seriesCount: seriesHours / count, leftOut: leftOutHours / count },
    series: budgetFigures(ofSeries, (seriesHours / MONTH_HOURS) * asked.alarmsPerMonth),
    devices: budgetFigures(
      counted.length - ofSeries,
      ((devices * hours.length) / WEEK_HOURS) * asked.deviceAlarmsPerWeek,
    ),
    saidReal: alarms.length - counted.length,
  }
}

/** Whole days before `now`. */
export function budgetSpan(days: number, now: EpochMs): { from: EpochMs; to: EpochMs } {
  return { from: epochMs(now - days * 24 * HOUR_MS), to: now }
}
