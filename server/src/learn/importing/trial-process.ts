import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { FEATURES, OUTPUTS } from '@eyenet/shared/judge'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { readOnnxInfo } from '../training/training.ts'
import type { TrialNews, TriedModel } from './try-model.ts'

// The process in which a model is tried that nobody vouches for. It gets the file and tells what it made of it.
process.once('message', (message) => void answer(message))

/** Batches as agents have them: one series, some, many. */
const BATCHES = [1, 7, 1_000] as const
/** An agent has 3 us for a series and tick, and the model is a part of that; ten times that is no model for agents. */
const MAX_ROW_MICROSECONDS = 30

async function answer(message: unknown): Promise<void> {
  let news: TrialNews
  try {
    if (!(message instanceof Uint8Array)) throw new EyeNetError('invalid', 'there is no file to try')
    news = { kind: 'done', tried: await tried(message) }
  } catch (thrown) {
    news =
      thrown instanceof EyeNetError
        ? { kind: 'failed', code: thrown.code, message: thrown.message }
        : { kind: 'failed', code: 'invalid', message: refused(`the runtime says: ${messageOf(thrown).slice(0, 500)}`) }
  }
  process.send?.(news)
}

async function tried(onnx: Uint8Array): Promise<TriedModel> {
  const { contract, name, metadata } = readOnnxInfo(onnx)
  const session = await InferenceSession.create(onnx, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  })
  let rowMicroseconds = 0
  for (const rows of BATCHES) {
    const before = process.cpuUsage()
    const answered = await session.run({ features: new Tensor('float32', inputs(rows), [rows, FEATURES]) })
    const { user, system } = process.cpuUsage(before)
    rowMicroseconds = (user + system) / rows
    checkAnswer(answered.outputs, rows)
  }
  if (rowMicroseconds > MAX_ROW_MICROSECONDS) {
    throw new EyeNetError(
      'invalid',
      refused(`it takes ${Math.round(rowMicroseconds)} us for a row; ${MAX_ROW_MICROSECONDS} are the most`),
    )
  }
  return { contract, name, metadata: { ...metadata }, rowMicroseconds }
}

/** Rows of ordinary size, of nothing, and far out: a model must answer all of them with numbers. */
function inputs(rows: number): Float32Array {
  const numbers = new Float32Array(rows * FEATURES)
  for (let at = 0; at < numbers.length; at++) {
    const row = Math.floor(at / FEATURES)
    numbers[at] = row % 3 === 0 ? Math.sin(at) : row % 3 === 1 ? 0 : Math.sin(at) * 1e6
  }
  return numbers
}

function checkAnswer(outputs: InferenceSession.OnnxValueMapType[string] | undefined, rows: number): void {
  if (outputs === undefined) throw new EyeNetError('invalid', refused('it has no output called outputs'))
  const { dims, data } = outputs
  if (dims.length !== 2 || dims[0] !== rows || dims[1] !== OUTPUTS || !(data instanceof Float32Array)) {
    const answered = `[${dims.join(', ')}] of ${outputs.type}`
    throw new EyeNetError('invalid', refused(`it answers ${answered} where [${rows}, ${OUTPUTS}] of float32 is wanted`))
  }
  if (!data.every((value) => Number.isFinite(value))) {
    throw new EyeNetError('invalid', refused('it answers something that is no number'))
  }
}

const refused = (why: string): string => `The model cannot be used: ${why}.`
