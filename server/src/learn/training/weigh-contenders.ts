import type { ContenderResult } from './judge-contender.ts'

/** A share of anomalies found more or less that may be chance. */
const RECALL_CHANCE = 0.01
/** A loss of the band larger or smaller by this share may be chance. */
const LOSS_CHANCE = 0.01
/** Alarms over the budget, or over those of the one that runs, by up to this factor are borne. */
const ALARM_FACTOR = 1.5
/** Fewer anomalies than this decide nothing. */
const LEAST_INJECTED = 20

export type Contenders = {
  readonly model: ContenderResult
  readonly modelFree: ContenderResult
  readonly running: ContenderResult | undefined
  /** Alarms per series and 30 days that people accept. */
  readonly asked: number
}

/**
 * Whether the new model is shipped, and why. It must be no worse than the running one (without one: than no model) in what it
 * finds, in false alarms and in its band, and clearly better in what it finds or in its band.
 */
export function weighContenders(contenders: Contenders): { better: boolean; reasons: string[] } {
  const { model, modelFree, running, asked } = contenders
  const [other, name] = running === undefined ? [modelFree, 'no model'] : [running, 'the running model']
  if (model.injected < LEAST_INJECTED) {
    return { better: false, reasons: [`only ${model.injected} anomalies could be tried; ${LEAST_INJECTED} are needed`] }
  }
  const against: string[] = []
  const found = `finds ${percent(model.recall)} of the injected anomalies; ${name} finds ${percent(other.recall)}`
  const loss = `loss of the band ${model.pinball.toPrecision(3)}; ${name}: ${other.pinball.toPrecision(3)}`
  const alarms = `${model.falseAlarmsPerMonth.toFixed(2)} false alarms per series and month; asked ${asked}, ${name}: ${other.falseAlarmsPerMonth.toFixed(2)}`
  if (model.recall < other.recall - RECALL_CHANCE) against.push(found)
  if (model.pinball > other.pinball * (1 + LOSS_CHANCE)) against.push(loss)
  if (model.falseAlarmsPerMonth > ALARM_FACTOR * Math.max(asked, other.falseAlarmsPerMonth)) against.push(alarms)
  if (against.length > 0) return { better: false, reasons: against.map((reason) => `worse: ${reason}`) }
  const isBetter = model.recall > other.recall + RECALL_CHANCE || model.pinball < other.pinball * (1 - LOSS_CHANCE)
  const verdict = isBetter ? 'better' : 'no better'
  return { better: isBetter, reasons: [found, loss, alarms].map((reason) => `${verdict}: ${reason}`) }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
