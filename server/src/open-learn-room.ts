import type { LearnConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { DEFAULT_JUDGE_SETTINGS } from '@eyenet/shared/judge'
import type { Logger } from 'pino'
import type { AnomalyRoom } from './anomalies/anomalies.ts'
import type { Audit } from './auth/auth.ts'
import type { ControlDb } from './db/db.ts'
import type { FleetRoom } from './fleet/fleet.ts'
import { type LearnRoom, openLearning, readBaseModel } from './learn/learn.ts'
import type { MetricStore } from './store/store.ts'
import type { Vault } from './vault/vault.ts'

type Neighbours = {
  readonly db: ControlDb
  readonly store: MetricStore
  readonly vault: Vault
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly settings: LearnConfig
  /** How this server is reached: its models bear it. */
  readonly server: string
  readonly fleet: FleetRoom
  readonly anomalies: AnomalyRoom
  readonly audit: Audit
}

/** The room of models with what it needs of the fleet, the anomalies and the audit log. */
export function openLearnRoom({ fleet, anomalies, audit, ...own }: Neighbours): Promise<LearnRoom> {
  return openLearning({
    ...own,
    baseModel: shippedModel(own.logger),
    feedbackFor: (range) => anomalies.feedbackFor(range),
    askedOf: async (agent) => {
      const { configuration } = await fleet.configuration.viewOf(agent)
      return configuration.settings.anomaly?.alarmsPerMonth ?? DEFAULT_JUDGE_SETTINGS.alarmsPerMonth
    },
    onAssigned: (agents) => fleet.desiredChanged(agents),
    onReturned: async ({ id, state, by }, agents) => {
      await audit.record({ name: by, address: 'local' }, 'model.taken-back', `${id}: ${state.reason}`)
      const message = `the model ${id} was taken back: ${state.reason}`
      for (const agent of agents) {
        fleet.remark({
          agent,
          key: `${agent}/model-taken-back/${id}`,
          at: state.since,
          code: 'model-taken-back',
          message,
        })
      }
    },
  })
}

/** Without it the server does all the rest, and agents have theirs. */
function shippedModel(logger: Logger): ReturnType<typeof shipped> | undefined {
  try {
    return shipped()
  } catch (thrown) {
    logger.warn({ error: messageOf(thrown) }, 'the model that comes with EyeNet is not there')
    return undefined
  }
}

function shipped() {
  const { onnx, manifest } = readBaseModel()
  return { onnx, evaluation: manifest.evaluation }
}
