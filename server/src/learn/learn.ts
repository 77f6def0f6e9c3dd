/**
 * Anomaly models at the centre: trains them from the history of this server, keeps every version with what is known of it,
 * brings them to agents step by step, watches their alarms there, and takes back those that leave their budget. It judges no
 * sample by itself, and what a model is made of is decided in training/.
 */
export { readBaseModel } from './base-model/read-base-model.ts'
export { importModel } from './importing/import-model.ts'
export { tryModel } from './importing/try-model.ts'
export type { Learning, LearningStats, LearnRoom } from './learn-interface.ts'
export { type LearningOptions, openLearning } from './learn-room.ts'
export { ModelDesk } from './registry/model-desk.ts'
export { ModelRecords } from './registry/model-records.ts'
export { AgentModels } from './rollout/agent-models.ts'
export { TrainingRecords } from './runs/training-records.ts'
