import type { Model, ModelDetails, ModelEvaluation, TrainingRun } from '@eyenet/shared/api'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { sizeText } from './size-text.ts'

/** Models as a table, newest first. */
export function modelsText(models: readonly Model[]): string {
  if (models.length === 0) return 'There is no model yet; agents judge with what comes in their package.'
  const rows = models.map((one) => [
    ...[one.id, one.source, one.stage, timeText(one.since), `${one.counts.running}`, sizeText(one.bytes)],
    ...[judgedText(one), one.reason],
  ])
  return textTable([['model', 'source', 'stage', 'since', 'agents', 'size', 'judged', 'reason'], ...rows])
}

/** The one that comes with EyeNet was judged on made series, beside nothing that runs here. */
function judgedText({ source, evaluation }: Model): string {
  if (evaluation === undefined || source === 'base') return '-'
  return evaluation.better ? 'better' : 'not better'
}

/** One model with all that is known of it. */
export function modelText(model: ModelDetails): string {
  const { evaluation, alarms, data } = model
  const facts = [
    ['model', model.id],
    ['source', model.source],
    ['stage', `${model.stage} since ${timeText(model.since)}`],
    ...(model.reason === '' ? [] : [['reason', model.reason]]),
    ...(model.observedSince === undefined ? [] : [['watched since', timeText(model.observedSince)]]),
    ...(model.upTo === undefined ? [] : [['goes by itself to', model.upTo]]),
    ['made', `${timeText(model.createdAt)} by ${model.createdBy}`],
    ['contract', model.contract],
    ['file', `${sizeText(model.bytes)}, sha256 ${model.sha256}`],
    ...(data === undefined
      ? []
      : [['learnt from', `${data.series} series, ${data.rows} rows, ${timeText(data.from)} to ${timeText(data.to)}`]]),
    ...(alarms === undefined
      ? []
      : [
          ['alarms', `${alarms.alarms}; asked ${alarms.asked}, actual ${number(alarms.actual)} per series and 30 days`],
        ]),
  ]
  const agents = model.agents.map((one) => [one.name, one.canary ? 'canary' : '', one.mode, one.state, one.reason])
  const steps = model.history.map(({ at, stage, by, reason }) => [timeText(at), stage, by, reason])
  return [
    textTable(facts),
    ...(evaluation === undefined ? [] : ['', evaluationText(evaluation)]),
    ...(agents.length === 0 ? [] : ['', textTable([['agent', '', 'mode', 'state', 'reason'], ...agents])]),
    ...(steps.length === 0 ? [] : ['', textTable([['when', 'stage', 'by', 'reason'], ...steps])]),
  ].join('\n')
}

function evaluationText(one: ModelEvaluation): string {
  const { pinball, detection } = one
  const rows = [
    ['on held-back days', 'this model', 'the one that runs', 'no model'],
    ['pinball loss', number(pinball.model), number(pinball.running), number(pinball.modelFree)],
    [
      `found of ${one.injected} injected`,
      percent(detection.model.recall),
      percent(detection.running?.recall),
      percent(detection.modelFree.recall),
    ],
    [
      'false alarms per series and 30 days',
      number(detection.model.falseAlarmsPerMonth),
      number(detection.running?.falseAlarmsPerMonth),
      number(detection.modelFree.falseAlarmsPerMonth),
    ],
    [`within the ${percent(one.coverage.asked)} band`, percent(one.coverage.actual), '-', '-'],
  ]
  return [textTable(rows), ...one.reasons.map(plainText)].join('\n')
}

/** Trainings as a table, newest first. */
export function trainingText(runs: readonly TrainingRun[]): string {
  if (runs.length === 0) return 'There was no training yet.'
  const rows = runs.map((one) => [
    ...[one.id, one.state, `${Math.floor(one.progress * 100)} %`, one.trigger, timeText(one.queuedAt)],
    ...[tookText(one), one.model ?? '', one.reasons.join('; ')],
  ])
  return textTable([['training', 'state', 'done', 'asked by', 'at', 'took', 'model', 'reason'], ...rows])
}

const tookText = ({ startedAt, endedAt }: TrainingRun): string =>
  startedAt === undefined || endedAt === undefined ? '' : `${Math.round((endedAt - startedAt) / 1_000)} s`

const timeText = (ms: number): string => new Date(ms).toISOString()
const number = (value: number | undefined): string => (value === undefined ? '-' : value.toPrecision(3))
const percent = (value: number | undefined): string => (value === undefined ? '-' : `${(value * 100).toFixed(1)} %`)
