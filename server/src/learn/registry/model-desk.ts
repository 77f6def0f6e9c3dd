import type { Model, ModelAgent, ModelAlarms, ModelDetails, NewModelRollout } from '@eyenet/shared/api'
import type { AgentId, EpochMs } from '@eyenet/shared/identity'
import type { ModelId } from '@eyenet/shared/wire'
import type { AgentModels, KnownAgent } from '../rollout/agent-models.ts'
import { canariesOf } from '../rollout/canaries-of.ts'
import { enterStage, leaveStage } from '../rollout/change-models.ts'
import { isWatched, type RolloutPlan, type Standing } from '../rollout/model-state.ts'
import { modelsForAgent } from '../rollout/models-for-agent.ts'
import { modeIn } from '../rollout/next-models.ts'
import type { ModelRecords } from './model-records.ts'
import { modelResource } from './model-resource-of.ts'

export type ModelDeskOptions = {
  readonly records: ModelRecords
  readonly agents: AgentModels
  readonly now: () => EpochMs
  /** Where a roll-out does not say how long it is watched in each stage. */
  readonly observeSeconds: number
  /** Where the metrics are at hand. */
  readonly alarmsOf?: (id: ModelId) => Promise<ModelAlarms | undefined>
  /** Something else is to be run now. */
  readonly onChange?: () => Promise<void>
}

export type WantedRollout = NewModelRollout & {
  readonly by: string
  /** Begun by the server, of its own. */
  readonly byItself?: boolean
}

/** What people ask of models, beside a running server too: that one looks for what has changed. */
export class ModelDesk {
  readonly #options: ModelDeskOptions

  constructor(options: ModelDeskOptions) {
    this.#options = options
  }

  /** Newest first. */
  async list(): Promise<readonly Model[]> {
    const { records, agents } = this.#options
    const [rows, models, known] = await Promise.all([records.list(), records.standings(), agents.list()])
    return rows.map((row) => modelResource(row, this.#agentsOf(models, known, row.id)))
  }

  /** EyeNetError `not_found`. */
  async get(id: string): Promise<ModelDetails> {
    const { records, agents: all, alarmsOf } = this.#options
    const row = await records.get(id)
    const agents = this.#agentsOf(await records.standings(), await all.list(), row.id)
    const alarms = await alarmsOf?.(row.id)
    return {
      ...modelResource(row, agents),
      agents: [...agents],
      history: [...(await records.history(row.id))],
      ...(alarms && { alarms }),
    }
  }

  /** The ONNX file. EyeNetError `unavailable` when it is not what was put in. */
  async file(id: string): Promise<Uint8Array> {
    return (await this.#options.records.vouched(id)).onnx
  }

  /** A model enters a stage. EyeNetError as `enterStage` and `canariesOf` have them. */
  async rollOut(id: string, wanted: WantedRollout): Promise<ModelDetails> {
    const { stage, upTo = stage, canaries: choice, by, byItself = false } = wanted
    const { records, agents: all, now } = this.#options
    const plan: RolloutPlan = {
      ...{ upTo, choice, byItself },
      observeSeconds: wanted.observeSeconds ?? this.#options.observeSeconds,
    }
    const row = await records.vouched(id)
    const agents = await all.list()
    const canaries = stage === 'canary' ? canariesOf(choice, row.manifest.contract, agents) : []
    const reason = byItself ? 'its training showed that it is better' : ''
    const entering = { id: row.manifest.id, stage, plan, canaries, by, reason, now: now() }
    await records.change((models) => enterStage(models, entering))
    await this.#options.onChange?.()
    return this.get(id)
  }

  /** Takes a model from its stage; it may be rolled out again. Where it counted at all agents, the former one does again. */
  returnModel(id: string, by: string): Promise<ModelDetails> {
    return this.#leave(id, 'candidate', by)
  }

  /** The same, for good unless a person rolls it out again. */
  withdraw(id: string, by: string): Promise<ModelDetails> {
    return this.#leave(id, 'withdrawn', by)
  }

  async #leave(id: string, to: 'candidate' | 'withdrawn', by: string): Promise<ModelDetails> {
    const { records, now, onChange } = this.#options
    const row = await records.get(id)
    const reason = to === 'candidate' ? `${by} returned it` : `${by} withdrew it`
    await records.change((models) => leaveStage(models, { id: row.id, to, by, reason, now: now() }))
    await onChange?.()
    return this.get(id)
  }

  /** A model at each agent that has it, or is too old for it. */
  #agentsOf(models: readonly Standing[], agents: readonly KnownAgent[], id: ModelId): readonly ModelAgent[] {
    const own = models.find((one) => one.id === id)
    if (own === undefined || !isWatched(own.state)) return []
    const { state } = own
    const isCanary = (agent: AgentId): boolean => state.kind === 'canary' && state.canaries.includes(agent)
    return agents.flatMap((known): readonly ModelAgent[] => {
      const { agent, name, contracts, reports } = known
      const head = { agent, name, canary: isCanary(agent), reason: '' }
      if (!contracts.includes(own.contract)) return [{ ...head, mode: modeIn(state), state: 'too-old' }]
      const mode = modelsForAgent(models, known, this.#options.now()).find((one) => one.id === id)?.mode
      if (mode === undefined) return []
      const report = reports.find((one) => one.id === id && (one.mode === mode || one.state === 'refused'))
      return [{ ...head, mode, state: report?.state ?? 'pending', reason: report?.reason ?? '' }]
    })
  }
}
