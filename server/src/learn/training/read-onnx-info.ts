import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { FEATURES, MODEL_CONTRACT, OUTPUTS } from '@eyenet/shared/judge'
import { onnxFaults } from './onnx-faults.ts'
import { decodeOnnx, type OnnxModel } from './onnx-schema.ts'

/** A file that is larger is no model of this kind of work; agents get it inside their desired state. */
export const MAX_ONNX_BYTES = 262_144
const MAX_METADATA = 64
const MAX_METADATA_CHARACTERS = 2_000

export type OnnxInfo = {
  readonly contract: string
  /** Empty where the file does not say. */
  readonly name: string
  readonly createdAt: string
  readonly opset: number
  readonly nodes: number
  readonly parameters: number
  /** All entries of the metadata, also those above. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * What an ONNX file says about itself, once it is sure that an agent can run it and that running it is bounded. EyeNetError
 * `too_large` or `invalid`: the sentence names the first thing that is wrong. Made for files that nobody vouches for.
 */
export function readOnnxInfo(file: Uint8Array): OnnxInfo {
  const model = decodeModel(file)
  const metadata = metadataOf(model)
  const contract = metadata.contract
  if (contract !== MODEL_CONTRACT) {
    const said = contract === undefined ? 'does not name' : `names ${JSON.stringify(contract.slice(0, 100))} as`
    throw refusal(`it ${said} its feature contract; the metadata entry "contract" must be "${MODEL_CONTRACT}"`)
  }
  const [fault] = onnxFaults(model, { features: FEATURES, outputs: OUTPUTS })
  if (fault !== undefined) throw refusal(fault)
  return {
    contract,
    name: metadata.name ?? '',
    createdAt: metadata.createdAt ?? '',
    opset: model.opsetImport[0]?.version ?? 0,
    nodes: model.graph?.node.length ?? 0,
    parameters: (model.graph?.initializer ?? []).reduce((sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1), 0),
    metadata,
  }
}

/** EyeNetError `too_large` or `invalid`. */
export function decodeModel(file: Uint8Array): OnnxModel {
  if (file.length > MAX_ONNX_BYTES) {
    throw new EyeNetError(
      'too_large',
      `The ONNX file has ${file.length} bytes; a model has at most ${MAX_ONNX_BYTES}, so make its network smaller.`,
    )
  }
  try {
    return decodeOnnx(file)
  } catch (error) {
    throw refusal(`it is no ONNX file (${messageOf(error).slice(0, 200)})`, error)
  }
}

function metadataOf({ metadataProps }: OnnxModel): Record<string, string> {
  if (metadataProps.length > MAX_METADATA) throw refusal(`it has more than ${MAX_METADATA} entries of metadata`)
  const long = metadataProps.find(({ key, value }) => key.length + value.length > MAX_METADATA_CHARACTERS)
  if (long !== undefined) throw refusal(`a metadata entry has more than ${MAX_METADATA_CHARACTERS} characters`)
  const twice = metadataProps.find(({ key }, at) => metadataProps.findIndex((other) => other.key === key) < at)
  if (twice !== undefined) throw refusal(`the metadata entry ${JSON.stringify(twice.key.slice(0, 100))} is there twice`)
  return Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))
}

function refusal(why: string, cause?: unknown): EyeNetError {
  return new EyeNetError('invalid', `The ONNX file cannot be used: ${why}.`, { cause })
}
