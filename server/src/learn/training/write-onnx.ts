import {
  BAND_OUTPUTS,
  type Dense,
  FEATURE_CLIP,
  LEAST_WIDTH,
  NETWORK_OUTPUTS,
  type Network,
  POSITION_CLIP,
} from '@eyenet/shared/judge'
import {
  ATTRIBUTE_FLOAT,
  ATTRIBUTE_INT,
  encodeOnnx,
  FLOAT_TENSOR,
  INT64_TENSOR,
  IR_VERSION,
  OPSET,
} from './onnx-schema.ts'

export const INPUT_NAME = 'features'
export const OUTPUT_NAME = 'outputs'

export type OnnxMetadata = {
  /** Names, order and meaning of features and outputs: MODEL_CONTRACT. */
  readonly contract: string
  readonly name: string
  /** RFC 3339. */
  readonly createdAt: string
  /** Further entries of the file's metadata. */
  readonly more?: Readonly<Record<string, string>>
}

type Attributes = Readonly<Record<string, { readonly i: number } | { readonly f: number }>>

/**
 * The network as an ONNX graph (opset 17): input `features` [n, features], output `outputs` [n, 6], Float32. The same network and
 * metadata give the same bytes.
 */
export function writeOnnx(network: Network, { contract, name, createdAt, more = {} }: OnnxMetadata): Uint8Array {
  const graph = new GraphWriter()
  const outputs = drawNetwork(graph, network)
  const metadata = { contract, name, createdAt, ...more }
  return encodeOnnx({
    irVersion: IR_VERSION,
    producerName: 'eyenet',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'judge',
      node: graph.nodes,
      initializer: graph.initializers,
      input: [tableOf(INPUT_NAME, network.shape.features)],
      output: [tableOf(outputs, NETWORK_OUTPUTS)],
    },
  })
}

function tableOf(name: string, columns: number): object {
  const dim = [{ dimParam: 'n' }, { dimValue: columns }]
  return { name, type: { tensorType: { elemType: FLOAT_TENSOR, shape: { dim } } } }
}

/** Gathers nodes and constants; each node's only output has the node's name. */
class GraphWriter {
  readonly nodes: object[] = []
  readonly initializers: object[] = []

  node(
    opType: string,
    name: string,
    { inputs, attributes = {} }: { inputs: string[]; attributes?: Attributes },
  ): string {
    const attribute = Object.entries(attributes).map(([key, value]) => ({
      name: key,
      ...value,
      type: 'i' in value ? ATTRIBUTE_INT : ATTRIBUTE_FLOAT,
    }))
    this.nodes.push({ opType, name, input: inputs, output: [name], attribute })
    return name
  }

  floats(name: string, dims: readonly number[], values: Iterable<number>): string {
    const numbers = Float32Array.from(values)
    const rawData = new Uint8Array(4 * numbers.length)
    const view = new DataView(rawData.buffer)
    for (const [at, value] of numbers.entries()) view.setFloat32(4 * at, value, true)
    this.initializers.push({ name, dims, dataType: FLOAT_TENSOR, rawData })
    return name
  }

  integer(name: string, value: number): string {
    this.initializers.push({ name, dims: [1], dataType: INT64_TENSOR, int64Data: [value] })
    return name
  }

  /** Columns from .. to of a table. */
  columns(name: string, input: string, [from, to]: readonly [number, number]): string {
    const inputs = [input, this.integer(`${name}_from`, from), this.integer(`${name}_to`, to), 'columns_axis']
    return this.node('Slice', name, { inputs })
  }

  dense(name: string, input: string, { inputs, outputs, weights, bias }: Dense): string {
    const weight = this.floats(`${name}_weights`, [inputs, outputs], weights)
    return this.node('Gemm', name, { inputs: [input, weight, this.floats(`${name}_bias`, [outputs], bias)] })
  }

  rectified(name: string, input: string, dense: Dense): string {
    return this.node('Relu', `${name}_relu`, { inputs: [this.dense(name, input, dense)] })
  }

  clip(name: string, input: string, most: number): string {
    const bounds = [this.floats(`${name}_least`, [], [-most]), this.floats(`${name}_most`, [], [most])]
    return this.node('Clip', name, { inputs: [input, ...bounds] })
  }
}

/** The same steps as `runNetwork`, in the same order. */
function drawNetwork(graph: GraphWriter, { shape, mean, inverseScale, band, straight, unusual }: Network): string {
  graph.integer('columns_axis', 1)
  const centred = graph.node('Sub', 'centred', { inputs: [INPUT_NAME, graph.floats('mean', [shape.features], mean)] })
  const scaled = graph.node('Mul', 'scaled', {
    inputs: [centred, graph.floats('inverse_scale', [shape.features], inverseScale)],
  })
  const standard = graph.clip('standard', scaled, FEATURE_CLIP)
  const past = graph.columns('past', standard, [0, shape.past])
  const first = graph.rectified('band_first', past, band[0])
  const second = graph.rectified('band_second', first, band[1])
  const bent = graph.dense('band_last', second, band[2])
  const raw = graph.node('Add', 'band_raw', { inputs: [bent, graph.dense('straight', past, straight)] })
  const quantiles = drawBand(graph, raw)
  const value = graph.columns('value', INPUT_NAME, [shape.value, shape.value + 1])
  const position = drawPosition(graph, quantiles, value)
  const joined = graph.node('Concat', 'joined', { inputs: [standard, position], attributes: { axis: { i: 1 } } })
  const firstUnusual = graph.rectified('unusual_first', joined, unusual[0])
  const secondUnusual = graph.rectified('unusual_second', firstUnusual, unusual[1])
  const logit = graph.dense('unusual_last', secondUnusual, unusual[2])
  return graph.node('Concat', OUTPUT_NAME, { inputs: [quantiles, logit], attributes: { axis: { i: 1 } } })
}

/** Middle and widths to quantiles, as a product with a table of -1, 0 and 1. */
function drawBand(graph: GraphWriter, raw: string): string {
  const widths = graph.node('Softplus', 'widths', { inputs: [graph.columns('widths_raw', raw, [1, BAND_OUTPUTS])] })
  const middle = graph.columns('middle', raw, [0, 1])
  const parts = graph.node('Concat', 'parts', { inputs: [middle, widths], attributes: { axis: { i: 1 } } })
  // Rows: middle, inner lower, outer lower, inner upper, outer upper. Columns: the quantiles.
  const table = [
    [1, 1, 1, 1, 1],
    [-1, -1, 0, 0, 0],
    [-1, 0, 0, 0, 0],
    [0, 0, 0, 1, 1],
    [0, 0, 0, 0, 1],
  ]
  const sums = graph.floats('band_sums', [BAND_OUTPUTS, BAND_OUTPUTS], table.flat())
  return graph.node('MatMul', 'quantiles', { inputs: [parts, sums] })
}

function drawPosition(graph: GraphWriter, quantiles: string, value: string): string {
  const middle = graph.columns('median', quantiles, [2, 3])
  const off = graph.node('Sub', 'off', { inputs: [value, middle] })
  // Columns: highest less middle, middle less lowest.
  const table = [0, -1, 0, 0, -1, 1, 0, 0, 1, 0]
  const widths = graph.node('MatMul', 'half_widths', {
    inputs: [quantiles, graph.floats('half_width_sums', [BAND_OUTPUTS, 2], table)],
  })
  const floored = graph.node('Add', 'floored', { inputs: [widths, graph.floats('least_width', [1], [LEAST_WIDTH])] })
  return graph.clip('position', graph.node('Div', 'ratio', { inputs: [off, floored] }), POSITION_CLIP)
}
