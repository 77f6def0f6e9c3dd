import {
  MODEL_STAGES,
  type ModelDetails,
  type NewModelRollout,
  type NewTraining,
  type TrainingRun,
} from '@eyenet/shared/api'
import type { LearnConfig } from '@eyenet/shared/config'
import { messageOf } from '@eyenet/shared/errors'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import { parseDurationMs } from '@eyenet/shared/promql'
import type { ModelId } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { StandingFeedback } from '../anomalies/anomalies.ts'
import type { ControlDb } from '../db/db.ts'
import type { ModelSupply } from '../fleet/fleet.ts'
import type { MetricStore } from '../store/store.ts'
import type { Vault } from '../vault/vault.ts'
import { importModel, type WantedImport } from './importing/import-model.ts'
import { type TriedModel, tryModel } from './importing/try-model.ts'
import type { LearningStats, LearnRoom } from './learn-interface.ts'
import { ModelDesk } from './registry/model-desk.ts'
import { ModelRecords } from './registry/model-records.ts'
import { type ShippedModel, shipBaseModel } from './registry/ship-base-model.ts'
import { AgentModels } from './rollout/agent-models.ts'
import type { Change } from './rollout/change-models.ts'
import { ModelRollouts } from './rollout/model-rollouts.ts'
import { timeOfDay } from './runs/nightly.ts'
import type { TrainedModel, TrainingOrder } from './runs/training-order.ts'
import { TrainingRecords } from './runs/training-records.ts'
import { type TrainHow, TrainingRunner } from './runs/training-runner.ts'
import { trainInThread } from './runs/training-thread.ts'
import { loadPastEvents } from './windows/past-events.ts'
import { trainingWindows } from './windows/training-windows.ts'

export type LearningOptions = {
  readonly db: ControlDb
  readonly store: Pick<MetricStore, 'query' | 'series' | 'labelValues' | 'select'>
  readonly vault: Vault
  readonly now: () => EpochMs
  readonly logger: Logger
  readonly settings: LearnConfig
  /** Named in the manifests of models that it makes or takes. */
  readonly server: string
  /** The model that comes with EyeNet; undefined: none does. */
  readonly baseModel: ShippedModel | undefined
  readonly feedbackFor: (range: {
    readonly from: EpochMs
    readonly to: EpochMs
  }) => Promise<readonly StandingFeedback[]>
  /** Alarms per series and 30 days that people accept at an agent. */
  readonly askedOf: (agent: AgentId) => Promise<number>
  /** These agents have something else to run now: tell them. */
  readonly onAssigned: (agents: readonly AgentId[]) => void
  /** The server took a model back from these agents. */
  readonly onReturned: (change: Change, agents: readonly AgentId[]) => Promise<void>
  /** How models are trained and tried; for tests. */
  readonly train?: (order: TrainingOrder, how: TrainHow) => Promise<TrainedModel>
  readonly tryModel?: (onnx: Uint8Array) => Promise<TriedModel>
  /** false: the caller calls `look`; for tests. */
  readonly worksByItself?: boolean
}

/** What the command line has changed is looked for that often, and what is watched is judged. */
const LOOK_MS = 5_000
const NO_MODELS = { candidate: 0, shadow: 0, canary: 0, all: 0, former: 0, withdrawn: 0, rejected: 0 } as const
const BY_ITSELF = 'server'

class Models implements LearnRoom {
  readonly supply: ModelSupply
  readonly #options: LearningOptions
  readonly #records: ModelRecords
  readonly #desk: ModelDesk
  readonly #rollouts: ModelRollouts
  readonly #runs: TrainingRecords
  readonly #runner: TrainingRunner
  #stages: LearningStats['stages'] = NO_MODELS
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  constructor(options: LearningOptions) {
    const { db, now, settings } = options
    this.#options = options
    this.#records = new ModelRecords(options)
    const shared = { ...options, records: this.#records, agents: new AgentModels(db) }
    this.#rollouts = new ModelRollouts(shared)
    this.supply = this.#rollouts
    this.#desk = new ModelDesk({
      ...shared,
      observeSeconds: (parseDurationMs(settings.observe) ?? 0) / 1_000,
      alarmsOf: (id) => this.#rollouts.alarmsOf(id),
      onChange: () => this.#rollouts.assign(),
    })
    this.#runs = new TrainingRecords(db, now)
    this.#runner = new TrainingRunner({
      ...options,
      ...{ runs: this.#runs, records: this.#records, train: options.train ?? trainInThread },
      settings: { ...settings, at: timeOfDay(settings.at) },
      windows: async (wanted) => {
        const events = await loadPastEvents(options, wanted)
        return trainingWindows({ store: options.store, events }, wanted)
      },
      onBetter: (id) => this.#rollOutBetter(id),
    })
  }

  async begin(): Promise<void> {
    await this.#runs.endKilled()
    await shipBaseModel(this.#records, this.#options)
    await this.look()
    if (this.#options.worksByItself === false) return
    this.#timer = setInterval(() => void this.look(), LOOK_MS)
    this.#timer.unref()
  }

  list() {
    return this.#desk.list()
  }

  get(id: string): Promise<ModelDetails> {
    return this.#desk.get(id)
  }

  file(id: string): Promise<Uint8Array> {
    return this.#desk.file(id)
  }

  async importModel(wanted: WantedImport): Promise<ModelDetails> {
    const how = { ...this.#options, records: this.#records, tryModel: this.#options.tryModel ?? tryModel }
    return this.#desk.get(await importModel(how, wanted))
  }

  rollOut(id: string, wanted: NewModelRollout & { readonly by: string }): Promise<ModelDetails> {
    return this.#desk.rollOut(id, wanted)
  }

  returnModel(id: string, by: string): Promise<ModelDetails> {
    return this.#desk.returnModel(id, by)
  }

  withdraw(id: string, by: string): Promise<ModelDetails> {
    return this.#desk.withdraw(id, by)
  }

  trainings(): Promise<readonly TrainingRun[]> {
    return this.#runs.list()
  }

  async train(wanted: NewTraining, by: string): Promise<TrainingRun> {
    const run = await this.#runs.queue(wanted, { trigger: 'person', by })
    await this.#guarded('trainings', () => this.#runner.look())
    return this.#runs.get(run.id)
  }

  cancelTraining(id: string, by: string): Promise<TrainingRun> {
    return this.#runs.cancel(id, by)
  }

  stats(): LearningStats {
    return { stages: this.#stages, trainingSeconds: this.#runner.seconds, ...this.#rollouts.stats }
  }

  /** One look at a time: who comes meanwhile waits for the one under way. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Resolves when the training that runs is over. */
  trained(): Promise<void> {
    return this.#runner.idle()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
    await this.#runner.close()
  }

  async #look(): Promise<void> {
    await this.#guarded('roll-outs', () => this.#rollouts.look())
    await this.#guarded('trainings', () => this.#runner.look())
    await this.#guarded('counts', async () => {
      const counts: Record<string, number> = { ...NO_MODELS }
      for (const { state } of await this.#records.standings()) counts[state.kind] = (counts[state.kind] ?? 0) + 1
      this.#stages = { ...NO_MODELS, ...Object.fromEntries(MODEL_STAGES.map((stage) => [stage, counts[stage] ?? 0])) }
    })
  }

  async #guarded(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.#options.logger.error({ what, error: messageOf(thrown) }, 'work on models failed; it goes on')
    }
  }

  /** As far as the configuration lets it go by itself. */
  async #rollOutBetter(id: ModelId): Promise<void> {
    const { autoRollout } = this.#options.settings
    if (autoRollout === 'off') return
    try {
      const canaries = { kind: 'count', count: 1 } as const
      await this.#desk.rollOut(id, { stage: 'shadow', upTo: autoRollout, canaries, by: BY_ITSELF, byItself: true })
    } catch (thrown) {
      // Another one is on trial: it stays a candidate.
      this.#options.logger.info({ model: id, reason: messageOf(thrown) }, 'a better model waits as a candidate')
    }
  }
}

export async function openLearning(options: LearningOptions): Promise<LearnRoom & { trained(): Promise<void> }> {
  const room = new Models(options)
  await room.begin()
  return room
}
