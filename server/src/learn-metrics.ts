import { MODEL_STAGES } from '@eyenet/shared/api'
import { Gauge } from 'prom-client'
import type { LearnRoom } from './learn/learn.ts'
import type { Ops } from './ops/ops.ts'

/** What the server tells of its models under /metrics. */
export function reportLearning(ops: Ops, learn: Pick<LearnRoom, 'stats'>): void {
  new Gauge({
    name: 'eyenet_server_models',
    help: 'Anomaly models, by where they are on their way to agents.',
    labelNames: ['stage'],
    registers: [ops.registry],
    collect() {
      const { stages } = learn.stats()
      for (const stage of MODEL_STAGES) this.set({ stage }, stages[stage])
    },
  })
  const counter = (name: string, help: string, read: () => number): void =>
    ops.addCounter({ name: `eyenet_server_${name}_total`, help, read })
  counter('model_training_seconds', 'Time that training took.', () => learn.stats().trainingSeconds)
  counter('models_taken_back', 'Models that the server took back by itself.', () => learn.stats().returned)
  counter('models_unsound', 'Times a file in the database was not what was put in.', () => learn.stats().unsound)
}
