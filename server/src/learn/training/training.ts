/**
 * Makes models: takes the history of series through the judge as an agent does, learns a small network from it, judges it on
 * days held back, and writes it as an ONNX file. Pure over typed arrays; it reads no store and knows of no registry.
 */
export { evaluateModel } from './evaluate-model.ts'
export { fitNetwork } from './fit-network.ts'
export { gatherMatrix } from './gather-matrix.ts'
export { type AnomalyKind, injectAnomaly } from './inject-anomaly.ts'
export { Random } from './random.ts'
export { readNetwork } from './read-network.ts'
export { MAX_ONNX_BYTES, type OnnxInfo, readOnnxInfo } from './read-onnx-info.ts'
export { JUDGE_SHAPE, trainModel } from './train-model.ts'
export { DAY_MS, LEAST_DAYS, trainingDays } from './training-days.ts'
export type {
  FeedbackWindow,
  OnProgress,
  TimeWindow,
  TrainingJob,
  TrainingResult,
  TrainingSeries,
} from './training-job.ts'
export { type OnnxMetadata, writeOnnx } from './write-onnx.ts'
