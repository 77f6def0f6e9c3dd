import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf } from '@eyenet/shared/errors'
import { FEATURES, OUTPUTS, type TickBatch } from '@eyenet/shared/judge'
import type { InferenceSession, Tensor } from 'onnxruntime-node'

/** A model that is loaded. */
export type OnnxModel = {
  /** Answers for the rows of a batch: features in, outputs out. Rejects where the model throws; false: it gave numbers that are none. */
  run(batch: TickBatch): Promise<boolean>
  /** Processor time that it has taken, milliseconds. */
  readonly spentMs: number
  close(): Promise<void>
}

export type LoadedModel =
  | { readonly kind: 'ok'; readonly model: OnnxModel }
  | { readonly kind: 'refused'; readonly reason: string }

const INPUT = 'features'
const OUTPUT = 'outputs'
/** One thread, and no memory kept beyond what a run needs. */
const SESSION: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 4,
}

type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>
let runtime: Runtime | Error | undefined

/** ONNX Runtime, loaded when it is first wanted; why it cannot be, where its native part is missing. */
export function onnxRuntime(): { readonly kind: 'ok'; readonly runtime: Runtime } | Missing {
  if (runtime === undefined) {
    try {
      const loaded: Runtime = createRequire(import.meta.url)('onnxruntime-node')
      runtime = loaded
    } catch (thrown) {
      runtime = thrown instanceof Error ? thrown : new Error(String(thrown))
    }
  }
  return runtime instanceof Error ? { kind: 'missing', reason: messageOf(runtime) } : { kind: 'ok', runtime }
}
type Missing = { readonly kind: 'missing'; readonly reason: string }

/** Loads a model whose input and output have the shapes of the judge's contract. */
export async function loadOnnx(bytes: Uint8Array): Promise<LoadedModel> {
  const found = onnxRuntime()
  if (found.kind === 'missing') return refused(`ONNX Runtime cannot be loaded here: ${found.reason}`)
  let session: InferenceSession
  try {
    session = await found.runtime.InferenceSession.create(bytes, SESSION)
  } catch (thrown) {
    return refused(`ONNX Runtime does not load it: ${messageOf(thrown)}`)
  }
  const fault =
    faultOfShape('input', session.inputMetadata, [INPUT, FEATURES]) ??
    faultOfShape('output', session.outputMetadata, [OUTPUT, OUTPUTS])
  if (fault === undefined) return { kind: 'ok', model: new SessionModel(session, found.runtime) }
  await session.release()
  return refused(fault)
}

function refused(reason: string): LoadedModel {
  return { kind: 'refused', reason: reason.replaceAll(/\s+/g, ' ').slice(0, 300) }
}

/** Why a model has not one input (output) of that name with rows of that width. */
function faultOfShape(
  what: 'input' | 'output',
  found: readonly InferenceSession.ValueMetadata[],
  [name, width]: readonly [string, number],
): string | undefined {
  const [one] = found
  if (found.length !== 1 || one?.name !== name || !one.isTensor) {
    return `its ${what}s are ${found.map((other) => other.name).join(', ') || 'none'}, not ${name} alone`
  }
  const { shape, type } = one
  const isRight = type === 'float32' && shape.length === 2 && typeof shape[0] === 'string' && shape[1] === width
  return isRight ? undefined : `its ${what} is ${type} [${shape.join(', ')}], not float32 [rows, ${width}]`
}

class SessionModel implements OnnxModel {
  spentMs = 0
  readonly #session: InferenceSession
  readonly #runtime: Runtime
  /** The tensors of the last run, views of one batch: of as many rows they serve again. */
  #tensors:
    | { readonly batch: TickBatch; readonly count: number; readonly input: Tensor; readonly output: Tensor }
    | undefined

  constructor(session: InferenceSession, loaded: Runtime) {
    this.#session = session
    this.#runtime = loaded
  }

  async run(batch: TickBatch): Promise<boolean> {
    const { input, output } = this.#tensorsOf(batch)
    // The runtime runs in the next turn: what other callbacks take until then is not the model's.
    const began = nextTurn().then(() => performance.now())
    const results = await this.#session.run({ [INPUT]: input }, { [OUTPUT]: output })
    this.spentMs += performance.now() - (await began)
    const answer = results[OUTPUT]?.data
    if (!(answer instanceof Float32Array) || answer.length !== batch.count * OUTPUTS) return false
    // Where the runtime has not written into the batch itself.
    if (answer.buffer !== batch.outputs.buffer) batch.outputs.set(answer)
    return isBounded(batch.outputs, batch.count * OUTPUTS)
  }

  close(): Promise<void> {
    this.#tensors = undefined
    return this.#session.release()
  }

  #tensorsOf(batch: TickBatch): { readonly input: Tensor; readonly output: Tensor } {
    const { count } = batch
    if (this.#tensors?.batch === batch && this.#tensors.count === count) return this.#tensors
    const { Tensor } = this.#runtime
    const input = new Tensor('float32', batch.features.subarray(0, count * FEATURES), [count, FEATURES])
    const output = new Tensor('float32', batch.outputs.subarray(0, count * OUTPUTS), [count, OUTPUTS])
    this.#tensors = { batch, count, input, output }
    return this.#tensors
  }
}

/** What a model may answer: far more than any scaled value, far less than what would drown a sum. */
const LARGEST = 1e6

function isBounded(outputs: Float32Array, end: number): boolean {
  for (let at = 0; at < end; at++) if (!(Math.abs(outputs[at] ?? Number.NaN) <= LARGEST)) return false
  return true
}

/** Whether ONNX Runtime has a part for this machine; it is not loaded for the answer. */
export function canRunModels(): boolean {
  try {
    const main = createRequire(import.meta.url).resolve('onnxruntime-node')
    const part = join(dirname(main), `../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`)
    return existsSync(part)
  } catch {
    return false
  }
}
