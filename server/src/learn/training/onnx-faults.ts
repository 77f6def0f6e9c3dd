import { constantsOf, graphFaults, shown, type Widths } from './onnx-graph-faults.ts'
import { FLOAT_TENSOR, INT64_TENSOR, type OnnxModel, type OnnxTensor } from './onnx-schema.ts'
import { INPUT_NAME, OUTPUT_NAME } from './write-onnx.ts'

const LEAST_OPSET = 13
const MOST_OPSET = 21
const LEAST_IR = 7
const MOST_IR = 10
const MAX_TENSORS = 512

/** Sentences (without an end) that say why a model is not run; empty: it can be. The first is the one to tell. */
export function onnxFaults(model: OnnxModel, widths: Widths): string[] {
  return [...headFaults(model), ...edgeFaults(model, widths), ...tensorFaults(model), ...graphFaults(model, widths)]
}

function* headFaults({ irVersion, opsetImport, functions, trainingInfo, graph }: OnnxModel): Generator<string> {
  const [opset] = opsetImport
  if (graph === null) yield 'it has no graph'
  if (!(irVersion >= LEAST_IR && irVersion <= MOST_IR)) {
    yield `its IR version is ${irVersion}; ${LEAST_IR} to ${MOST_IR} are understood`
  }
  if (opset === undefined || opsetImport.length > 1 || !['', 'ai.onnx'].includes(opset.domain)) {
    yield 'it must import the operators of ONNX itself and no others'
  } else if (!(opset.version >= LEAST_OPSET && opset.version <= MOST_OPSET)) {
    yield `its opset is ${opset.version}; ${LEAST_OPSET} to ${MOST_OPSET} are understood`
  }
  if (functions.length > 0) yield 'it brings functions of its own'
  if (trainingInfo.length > 0) yield 'it brings a graph for training'
}

type Edge = NonNullable<OnnxModel['graph']>['input'][number]

function* edgeFaults({ graph }: OnnxModel, { features, outputs }: Widths): Generator<string> {
  // Files of older tools list their constants among the inputs.
  const constants = new Set(graph?.initializer.map(({ name }) => name))
  const inputs = (graph?.input ?? []).filter(({ name }) => !constants.has(name))
  yield* edgeFault('input', inputs, { name: INPUT_NAME, columns: features })
  yield* edgeFault('output', graph?.output ?? [], { name: OUTPUT_NAME, columns: outputs })
}

function* edgeFault(
  what: string,
  edges: readonly Edge[],
  { name, columns }: { readonly name: string; readonly columns: number },
): Generator<string> {
  const wanted = `it must have one ${what}, "${name}", float32 [n, ${columns}]`
  const [edge] = edges
  const tensor = edge?.type?.tensorType
  const dims = tensor?.shape?.dim ?? []
  if (edges.length !== 1 || edge?.name !== name)
    yield `${wanted}, and has ${edges.length === 1 ? 'another' : edges.length}`
  else if (tensor?.elemType !== FLOAT_TENSOR) yield `${wanted}, and its type is another`
  else if (dims.length !== 2 || dims[0]?.dimValue !== 0 || dims[1]?.dimValue !== columns) {
    yield `${wanted}, and its shape is [${dims.map((dim) => dim.dimValue || dim.dimParam.slice(0, 20) || '?').join(', ')}]`
  }
}

function* tensorFaults({ graph }: OnnxModel): Generator<string> {
  const tensors = [...(graph?.initializer ?? []), ...(graph?.node ?? []).flatMap(constantsOf)]
  if (tensors.length > MAX_TENSORS) yield `it has ${tensors.length} constants; ${MAX_TENSORS} are allowed`
  if ((graph?.sparseInitializer.length ?? 0) > 0) yield 'it has sparse constants'
  for (const tensor of tensors.slice(0, MAX_TENSORS)) yield* tensorFault(tensor)
}

function* tensorFault(tensor: OnnxTensor): Generator<string> {
  const name = shown(tensor.name)
  const count = tensor.dims.reduce((product, dim) => product * dim, 1)
  const width = tensor.dataType === INT64_TENSOR ? 8 : 4
  const given = tensor.rawData.length > 0 ? tensor.rawData.length / width : listed(tensor)
  if (tensor.dataLocation !== 0 || tensor.externalData.length > 0) yield `constant ${name} lies outside of the file`
  else if (tensor.dataType !== FLOAT_TENSOR && tensor.dataType !== INT64_TENSOR) {
    yield `constant ${name} is neither float32 nor int64`
  } else if (tensor.dims.length > 2 || tensor.dims.some((dim) => !(dim >= 0)) || count !== given) {
    yield `constant ${name} has other numbers than its shape says, or more than two dimensions`
  } else if (tensor.dataType === FLOAT_TENSOR && !isAllFinite(tensor))
    yield `constant ${name} has numbers that are not finite`
}

function listed({ dataType, floatData, int64Data }: OnnxTensor): number {
  return dataType === INT64_TENSOR ? int64Data.length : floatData.length
}

function isAllFinite({ floatData, rawData }: OnnxTensor): boolean {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  for (let at = 0; at + 4 <= rawData.length; at += 4) if (!Number.isFinite(view.getFloat32(at, true))) return false
  return floatData.every((value) => Number.isFinite(value))
}
