import { EyeNetError } from '@eyenet/shared/errors'
import { FEATURES, MODEL_CONTRACT, OUTPUTS } from '@eyenet/shared/judge'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { madeNetwork } from './made-network.testkit.ts'
import { encodeOnnx, FLOAT_TENSOR, INT64_TENSOR } from './onnx-schema.ts'
import { readOnnxInfo } from './read-onnx-info.ts'
import { writeOnnx } from './write-onnx.ts'

const METADATA = { contract: MODEL_CONTRACT, name: 'made', createdAt: '2026-01-01T00:00:00Z' }
const FILE = writeOnnx(madeNetwork(1), METADATA)

type Parts = Readonly<Record<string, unknown>>

const table = (name: string, columns: number) => ({
  name,
  type: { tensorType: { elemType: FLOAT_TENSOR, shape: { dim: [{ dimParam: 'n' }, { dimValue: columns }] } } },
})
const floats = (name: string, dims: number[]) => ({
  name,
  dims,
  dataType: FLOAT_TENSOR,
  floatData: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 1),
})
const PRODUCT = { opType: 'MatMul', name: 'outputs', input: ['features', 'w'], output: ['outputs'] }

/** A model of one product, with parts that differ. */
function file({ graph = {}, ...model }: Parts & { readonly graph?: Parts } = {}): Uint8Array {
  return encodeOnnx({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [{ key: 'contract', value: MODEL_CONTRACT }],
    graph: {
      name: 'g',
      node: [PRODUCT],
      initializer: [floats('w', [FEATURES, OUTPUTS])],
      input: [table('features', FEATURES)],
      output: [table('outputs', OUTPUTS)],
      ...graph,
    },
    ...model,
  })
}

function refusal(bytes: Uint8Array): string {
  try {
    readOnnxInfo(bytes)
  } catch (error) {
    if (error instanceof EyeNetError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

test('a file that was written says what it is', () => {
  const info = readOnnxInfo(FILE)
  expect(info).toMatchObject({ contract: MODEL_CONTRACT, name: 'made', createdAt: '2026-01-01T00:00:00Z', opset: 17 })
  expect(info.parameters).toBeGreaterThan(3_000)
})

test('a graph made elsewhere is taken, also where its constants are listed as inputs', () => {
  expect(refusal(file())).toBe('taken')
  const input = [table('features', FEATURES), table('w', OUTPUTS)]
  expect(refusal(file({ graph: { input } }))).toBe('taken')
})

const gemm = (attribute: object[]) => ({ ...PRODUCT, opType: 'Gemm', attribute })
const doubling = Array.from({ length: 40 }, (_, at) => ({
  opType: 'Concat',
  name: `c${at}`,
  input: at === 0 ? ['features', 'features'] : [`c${at - 1}`, `c${at - 1}`],
  output: [`c${at}`],
  attribute: [{ name: 'axis', i: 1, type: 2 }],
}))

test.each<[string, Uint8Array, RegExp]>([
  ['nothing', new Uint8Array(), /contract/],
  ['text', new TextEncoder().encode('not a model at all'), /no ONNX file/],
  ['too many bytes', new Uint8Array(262_145), /^too_large: .*262145 bytes/],
  ['another contract', file({ metadataProps: [{ key: 'contract', value: 'eyenet-judge/99' }] }), /eyenet-judge\/99/],
  ['no contract', file({ metadataProps: [] }), /does not name its feature contract/],
  ['an old opset', file({ opsetImport: [{ domain: '', version: 9 }] }), /opset is 9/],
  ['foreign operators', file({ opsetImport: [{ domain: 'com.acme', version: 1 }] }), /operators of ONNX itself/],
  ['functions', file({ functions: [new Uint8Array(1)] }), /functions of its own/],
  ['another input', file({ graph: { input: [table('x', FEATURES)] } }), /one input, "features"/],
  ['two inputs', file({ graph: { input: [table('features', FEATURES), table('y', 1)] } }), /one input, .* has 2/],
  ['too few columns', file({ graph: { input: [table('features', 3)] } }), /shape is \[n, 3\]/],
  ['two outputs', file({ graph: { output: [table('outputs', OUTPUTS), table('o', 1)] } }), /one output/],
  [
    'data outside',
    file({ graph: { initializer: [{ ...floats('w', [1, 1]), dataLocation: 1 }] } }),
    /outside of the file/,
  ],
  [
    'numbers missing',
    file({ graph: { initializer: [{ ...floats('w', [2, 2]), dims: [900, 900] }] } }),
    /other numbers/,
  ],
  ['NaN', file({ graph: { initializer: [{ ...floats('w', [1, 1]), floatData: [Number.NaN] }] } }), /not finite/],
  ['a loop', file({ graph: { node: [{ ...PRODUCT, opType: 'Loop' }] } }), /is a "Loop"; known are Abs/],
  [
    'a graph inside',
    file({ graph: { node: [gemm([{ name: 'a', g: new Uint8Array(2), type: 5 }])] } }),
    /graph of its own/,
  ],
  ['rows mixed', file({ graph: { node: [gemm([{ name: 'transA', i: 1, type: 2 }])] } }), /mixes the rows/],
  ['rows by rows', file({ graph: { node: [{ ...PRODUCT, input: ['features', 'features'] }] } }), /by a constant/],
  ['columns without end', file({ graph: { node: doubling } }), /more than 65536 numbers/],
  [
    'a loose end',
    file({ graph: { node: [{ ...PRODUCT, input: ['nothing', 'w'] }] } }),
    /"nothing", which nothing before/,
  ],
  ['a circle', file({ graph: { node: [{ ...PRODUCT, input: ['outputs', 'w'] }] } }), /"outputs", which nothing before/],
  ['no result', file({ graph: { node: [] } }), /no node gives "outputs"/],
  [
    'int64 weights of another length',
    file({ graph: { initializer: [{ name: 'w', dims: [2], dataType: INT64_TENSOR }] } }),
    /other numbers/,
  ],
  ['a hostile name', file({ graph: { node: [{ ...PRODUCT, name: '\u001b[2J"', opType: 'Nope' }] } }), /\\u001b\[2J\\"/],
])('%s is refused with a sentence', (_, bytes, sentence) => {
  expect(refusal(bytes)).toMatch(sentence)
  expect(refusal(bytes).length).toBeLessThan(900)
})

test('bytes that were changed anywhere are taken or refused, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
      (changes) => {
        const bytes = FILE.slice()
        for (const [at, value] of changes) bytes[at] = value
        expect(refusal(bytes)).toMatch(/^(taken|invalid: |too_large: )/)
      },
    ),
    { numRuns: 300 },
  )
})

test('a file that ends too early is refused', () => {
  fc.assert(
    fc.property(fc.nat(FILE.length - 1), (length) => {
      expect(refusal(FILE.slice(0, length))).toMatch(/^invalid: /)
    }),
    { numRuns: 200 },
  )
})
