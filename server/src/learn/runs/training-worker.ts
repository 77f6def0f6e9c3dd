import { threadProgram } from '../thread-program.ts'
import { JUDGE_SHAPE, readNetwork, trainModel, writeOnnx } from '../training/training.ts'
import { TrainingOrder } from './training-order.ts'

// The thread in which models are trained: minutes of computing, away from the one that serves.
await threadProgram((data, onProgress) => {
  const { contract, name, createdAt, running: file, ...job } = TrainingOrder.parse(data)
  // One that was made elsewhere has a form of its own: the new one is judged beside the detectors alone.
  const running = file && readNetwork(file, JUDGE_SHAPE)
  const { network, evaluation, rows } = trainModel({ ...job, ...(running && { running }) }, onProgress)
  const onnx = writeOnnx(network, { contract, name, createdAt })
  return { result: { onnx, evaluation, rows }, transfer: [] }
})
