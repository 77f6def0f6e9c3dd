import { threadProgram } from '../thread-program.ts'
import { type OnnxMetadata, trainModel, writeOnnx } from '../training/training.ts'
import { TrainingOrder } from './training-order.ts'

// The thread in which models are trained: minutes of computing, away from the one that serves.
await threadProgram((data, onProgress) => {
  const { job, contract, name, createdAt } = TrainingOrder.parse(data)
  const { network, evaluation, rows } = trainModel(job, onProgress)
  const metadata: OnnxMetadata = { contract, name, createdAt }
  const onnx = writeOnnx(network, metadata)
  return { result: { onnx, evaluation, rows }, transfer: [] }
})
