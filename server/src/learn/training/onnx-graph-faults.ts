import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx-schema.ts'
import { INPUT_NAME, OUTPUT_NAME } from './write-onnx.ts'

const MAX_NODES = 256
/** Numbers that one row may take on its way, all nodes together: bounds memory and time of a tick. */
const MAX_CELLS = 65_536

/** One result for each cell; tables of two dimensions keep their shape, or the wider of two. */
const BY_CELL = [
  ...[
    'Abs',
    'Add',
    'Cast',
    'Clip',
    'Div',
    'Elu',
    'Erf',
    'Exp',
    'Greater',
    'HardSigmoid',
    'Identity',
    'LeakyRelu',
    'Less',
  ],
  ...['Log', 'Max', 'Min', 'Mul', 'Neg', 'PRelu', 'Pow', 'Reciprocal', 'Relu', 'Selu', 'Sigmoid', 'Sign', 'Softmax'],
  ...['Softplus', 'Sqrt', 'Sub', 'Tanh', 'Where'],
]
/** Never wider than what comes in. */
const NARROWING = ['ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum', 'ReduceSumSquare', 'Slice']
const PRODUCTS = ['Gemm', 'MatMul']
export const KNOWN_OPERATORS: readonly string[] = [...BY_CELL, ...NARROWING, ...PRODUCTS, 'Concat', 'Constant'].sort()

/** Columns of the input and the output. */
export type Widths = { readonly features: number; readonly outputs: number }

/**
 * Follows the graph in its order and sums up how many numbers a row takes. Only operators on tables of n rows are known, so
 * that the width of each result follows from its inputs.
 */
export function* graphFaults({ graph }: OnnxModel, { features, outputs }: Widths): Generator<string> {
  const nodes = graph?.node ?? []
  if (nodes.length > MAX_NODES) yield `it has ${nodes.length} nodes; ${MAX_NODES} are allowed`
  const constants = new Map((graph?.initializer ?? []).map((tensor) => [tensor.name, tensor]))
  const known = new Map([
    [INPUT_NAME, features],
    ...[...constants].map(([name, { dims }]) => [name, dims.at(-1) ?? 1] as const),
  ])
  let cells = 0
  for (const node of nodes.slice(0, MAX_NODES)) {
    const fault = nodeFault(node, known, constants)
    if (fault !== undefined) return yield fault
    const width = widthOf(node, known, constants)
    cells += width
    if (cells > MAX_CELLS) return yield `a row takes more than ${MAX_CELLS} numbers on its way`
    const [constant] = constantsOf(node)
    const [output = ''] = node.output
    known.set(output, constant?.dims.at(-1) ?? width)
    if (constant !== undefined) constants.set(output, constant)
  }
  const width = known.get(OUTPUT_NAME)
  if (width === undefined) yield `no node gives "${OUTPUT_NAME}"`
  else if (width < outputs) yield `"${OUTPUT_NAME}" has ${width} columns where ${outputs} are wanted`
}

type Constants = ReadonlyMap<string, OnnxTensor>

function nodeFault(node: OnnxNode, known: ReadonlyMap<string, number>, constants: Constants): string | undefined {
  const what = `node ${shown(node.name || (node.output[0] ?? ''))}`
  if (!['', 'ai.onnx'].includes(node.domain) || !KNOWN_OPERATORS.includes(node.opType)) {
    return `${what} is a ${shown(node.opType)}; known are ${KNOWN_OPERATORS.join(', ')}`
  }
  if (node.attribute.some(({ g, graphs, refAttrName }) => g.length > 0 || graphs.length > 0 || refAttrName !== '')) {
    return `${what} has a graph of its own`
  }
  if (node.output.length !== 1 || node.output[0] === '' || known.has(node.output[0] ?? '')) {
    return `${what} must have one result, with a name of its own`
  }
  const missing = node.input.find((name) => name !== '' && !known.has(name))
  if (missing !== undefined) return `${what} reads ${shown(missing)}, which nothing before it gives`
  const tall = node.input.find(
    (name) => (constants.get(name)?.dims.length ?? 0) > 1 && constants.get(name)?.dims[0] !== 1,
  )
  if (tall !== undefined && !PRODUCTS.includes(node.opType)) {
    return `${what} reads ${shown(tall)}, a constant of many rows, which would make rows`
  }
  if (PRODUCTS.includes(node.opType)) return productFault(what, node, constants)
  if (node.opType === 'Concat' && !node.attribute.some(({ name, i }) => name === 'axis' && (i === 1 || i === -1))) {
    return `${what} puts rows below each other`
  }
  if (node.opType === 'Constant' && constantsOf(node).length !== 1) return `${what} must hold one table`
  return undefined
}

/** A product of two tables that both depend on the rows would grow with them. */
function productFault(what: string, { input, attribute }: OnnxNode, constants: Constants): string | undefined {
  const table = constants.get(input[1] ?? '')
  if (table === undefined || table.dims.length !== 2 || constants.has(input[0] ?? '')) {
    return `${what} must multiply a table of rows by a constant of two dimensions`
  }
  const turned = attribute.some(({ name, i }) => name === 'transA' && i !== 0)
  return turned ? `${what} mixes the rows of a batch` : undefined
}

function widthOf(node: OnnxNode, known: ReadonlyMap<string, number>, constants: Constants): number {
  const widths = node.input.map((name) => known.get(name) ?? 0)
  if (node.opType === 'Concat') return widths.reduce((sum, width) => sum + width, 0)
  if (PRODUCTS.includes(node.opType)) {
    const turned = node.attribute.some(({ name, i }) => name === 'transB' && i !== 0)
    return constants.get(node.input[1] ?? '')?.dims[turned ? 0 : 1] ?? 0
  }
  return Math.max(1, ...widths)
}

/** A name out of a file that nobody vouches for, as it can be shown. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60))
}

/** The tables that a node holds itself. */
export function constantsOf({ attribute }: OnnxNode): OnnxTensor[] {
  return attribute.flatMap(({ t }) => (t === null ? [] : [t]))
}
