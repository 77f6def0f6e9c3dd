import type { ModelName } from '@eyenet/shared/api'
import { EyeNetError } from '@eyenet/shared/errors'
import type { EpochMs } from '@eyenet/shared/identity'
import { MAX_MODEL_BYTES, type ModelId } from '@eyenet/shared/wire'
import type { ModelRecords } from '../registry/model-records.ts'
import type { TriedModel } from './try-model.ts'

/** Entries of the file's metadata that are shown. */
const MAX_SHOWN = 20

export type ImportOptions = {
  readonly records: ModelRecords
  readonly now: () => EpochMs
  readonly tryModel: (onnx: Uint8Array) => Promise<TriedModel>
}

export type WantedImport = { readonly name: ModelName; readonly onnx: Uint8Array; readonly by: string }

/** Takes a model that was made elsewhere: tried, and a candidate from then on. EyeNetError as `tryModel` has them. */
export async function importModel(
  { records, now, tryModel }: ImportOptions,
  { name, onnx, by }: WantedImport,
): Promise<ModelId> {
  if (onnx.length > MAX_MODEL_BYTES) {
    throw new EyeNetError('too_large', `the model has ${onnx.length} bytes; ${MAX_MODEL_BYTES} are the most`)
  }
  const { contract, metadata, rowMicroseconds } = await tryModel(onnx)
  return records.add({
    ...{ name, source: 'imported', contract, onnx, by },
    settings: { ...Object.fromEntries(Object.entries(metadata).slice(0, MAX_SHOWN)), rowMicroseconds },
    state: { kind: 'candidate', since: now(), reason: 'it was imported, and has not been judged' },
  })
}
