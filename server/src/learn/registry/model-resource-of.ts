import { Model, type ModelAgent, ModelEvaluation } from '@eyenet/shared/api'
import type { ModelRow } from '../../db/db.ts'
import { isWatched, ModelState } from '../rollout/model-state.ts'

/** A model as people see it. */
export function modelResource(row: ModelRow, agents: readonly ModelAgent[]): Model {
  const state = ModelState.parse(JSON.parse(row.state))
  const many = (wanted: ModelAgent['state']): number => agents.filter((one) => one.state === wanted).length
  const { id, source, contract, sha256, bytes, version } = row
  return {
    ...{ id, source, contract, sha256, bytes, version, name: Model.shape.name.parse(row.name) },
    ...{ stage: state.kind, since: state.since, reason: state.reason },
    ...(isWatched(state) && { observeSeconds: state.plan.observeSeconds, upTo: state.plan.upTo }),
    ...(isWatched(state) && state.observedSince !== undefined && { observedSince: state.observedSince }),
    ...{ createdAt: row.created_at, createdBy: row.created_by },
    ...(row.data !== null && { data: Model.shape.data.parse(JSON.parse(row.data)) }),
    settings: Model.shape.settings.parse(JSON.parse(row.settings)),
    ...(row.evaluation !== null && { evaluation: ModelEvaluation.parse(JSON.parse(row.evaluation)) }),
    counts: {
      ...{ running: many('running'), refused: many('refused') },
      ...{ pending: many('pending'), tooOld: many('too-old') },
    },
  }
}
