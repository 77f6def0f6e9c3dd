/**
 * Judges what the agent samples: state of each series, one run of each model for all series of a tick, verdicts as events
 * and metrics. It takes samples once the outbox has them; it polls nothing, and alerts nobody itself.
 */
import { fileURLToPath } from 'node:url'
import { MODEL_CONTRACT } from '@eyenet/shared/judge'
import type { Additions, Outbox } from '../buffer/buffer.ts'
import type { Detector } from './detector.ts'
import { canRunModels } from './onnx-model.ts'

export { Detector, type DetectorOptions, type DetectStatus, detectFileIn } from './detector.ts'
export type { Past } from './learn-past.ts'
export { type RecentVerdict, readVerdicts } from './recent-verdicts.ts'

// This file lies as deep as the bundled agent does (agent/dist/bundled), so that both find the same file.
/** The model that ships with the agent. */
export const SHIPPED_MODEL = fileURLToPath(new URL('../../../shared/models/base.onnx', import.meta.url))

/** Contracts of the models that run on this machine; `none` where the detectors judge alone. */
export const abilityOf = (): string[] => [canRunModels() ? MODEL_CONTRACT : 'none']

type Appending = Pick<Outbox, 'seriesId' | 'append'>

/** The outbox as polls see it: what they append is judged too, after the outbox has it. */
export function judgedOutbox(outbox: Appending, detector: Pick<Detector, 'take'>): Appending {
  return {
    seriesId: (labels) => outbox.seriesId(labels),
    append(additions: Additions) {
      outbox.append(additions)
      detector.take(additions.samples ?? [])
    },
  }
}
