import { FEATURES, MODEL_CONTRACT, OUTPUTS } from '@eyenet/shared/judge'

export type TestModel = {
  /** Weights, FEATURES x OUTPUTS row by row; zeros unless told. */
  readonly weights?: Float32Array
  readonly input?: string
  readonly width?: number
  readonly outputs?: number
  /** With so many rows it answers with infinity. */
  readonly badRows?: number
}

const FLOAT = 1
const INT64 = 7

/** A small ONNX file (onnx.proto, IR 8, opset 13): outputs = features x weights. */
export function onnxFile(model: TestModel = {}): Uint8Array {
  const { input = 'features', width = FEATURES, outputs = OUTPUTS, badRows = -1 } = model
  const weights = model.weights ?? new Float32Array(width * outputs)
  const graph = Buffer.concat([
    bytes(1, node('MatMul', [input, 'weights'], 'product')),
    bytes(1, node('Shape', [input], 'shape')),
    bytes(1, node('Gather', ['shape', 'zero'], 'rows')),
    bytes(1, Buffer.concat([node('Cast', ['rows'], 'count'), bytes(5, CAST_TO_FLOAT)])),
    bytes(1, node('Sub', ['count', 'bad'], 'distance')),
    bytes(1, node('Reciprocal', ['distance'], 'near')),
    bytes(1, node('Mul', ['near', 'none'], 'nothing')),
    bytes(1, node('Add', ['product', 'nothing'], 'outputs')),
    text(2, 'test'),
    bytes(5, tensor('weights', { type: FLOAT, dims: [width, outputs], raw: Buffer.from(weights.buffer) })),
    bytes(5, tensor('zero', { type: INT64, dims: [], raw: Buffer.alloc(8) })),
    bytes(5, tensor('bad', { type: FLOAT, dims: [], raw: Buffer.from(Float32Array.of(badRows).buffer) })),
    bytes(5, tensor('none', { type: FLOAT, dims: [], raw: Buffer.from(Float32Array.of(1e-30).buffer) })),
    bytes(11, value(input, width)),
    bytes(12, value('outputs', outputs)),
  ])
  const contract = Buffer.concat([text(1, 'contract'), text(2, MODEL_CONTRACT)])
  return Buffer.concat([
    int(1, 8),
    bytes(7, graph),
    bytes(8, Buffer.concat([text(1, ''), int(2, 13)])),
    bytes(14, contract),
  ])
}

function node(type: string, inputs: readonly string[], output: string): Buffer {
  return Buffer.concat([...inputs.map((one) => text(1, one)), text(2, output), text(3, output), text(4, type)])
}

function tensor(name: string, { type, dims, raw }: { type: number; dims: readonly number[]; raw: Buffer }): Buffer {
  return Buffer.concat([...dims.map((dim) => int(1, dim)), int(2, type), text(8, name), bytes(9, raw)])
}

function value(name: string, width: number): Buffer {
  const shape = Buffer.concat([bytes(1, text(2, 'rows')), bytes(1, int(1, width))])
  const type = bytes(1, Buffer.concat([int(1, FLOAT), bytes(2, shape)]))
  return Buffer.concat([text(1, name), bytes(2, type)])
}

const text = (field: number, content: string): Buffer => bytes(field, Buffer.from(content))
const bytes = (field: number, content: Uint8Array): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(content.length), content])
const int = (field: number, number: number): Buffer => Buffer.concat([varint(field * 8), varint(number)])

/** AttributeProto: to = FLOAT, of type INT. */
const CAST_TO_FLOAT = Buffer.concat([text(1, 'to'), int(3, FLOAT), int(20, 2)])

function varint(number: number): Buffer {
  const octets: number[] = []
  let rest = number
  for (; rest > 127; rest = Math.floor(rest / 128)) octets.push((rest % 128) + 128)
  return Buffer.from([...octets, rest])
}
