import protobuf from 'protobufjs/light.js'
import { z } from 'zod'

/** Of onnx.proto (ONNX 1.16, IR version 10): numbers of what is written and of what must be seen to be refused. */
export const FLOAT_TENSOR = 1
export const INT64_TENSOR = 7
export const IR_VERSION = 8
export const OPSET = 17
export const ATTRIBUTE_FLOAT = 1
export const ATTRIBUTE_INT = 2

const repeated = (type: string, id: number) => ({ rule: 'repeated' as const, type, id })
const single = (type: string, id: number) => ({ type, id })

const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: single('int64', 1),
        producerName: single('string', 2),
        producerVersion: single('string', 3),
        graph: single('Graph', 7),
        opsetImport: repeated('Opset', 8),
        metadataProps: repeated('Entry', 14),
        trainingInfo: repeated('bytes', 20),
        functions: repeated('bytes', 25),
      },
    },
    Opset: { fields: { domain: single('string', 1), version: single('int64', 2) } },
    Entry: { fields: { key: single('string', 1), value: single('string', 2) } },
    Graph: {
      fields: {
        node: repeated('Node', 1),
        name: single('string', 2),
        initializer: repeated('Tensor', 5),
        input: repeated('ValueInfo', 11),
        output: repeated('ValueInfo', 12),
        sparseInitializer: repeated('bytes', 15),
      },
    },
    Node: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: single('string', 3),
        opType: single('string', 4),
        attribute: repeated('Attribute', 5),
        domain: single('string', 7),
      },
    },
    Attribute: {
      fields: {
        name: single('string', 1),
        f: single('float', 2),
        i: single('int64', 3),
        t: single('Tensor', 5),
        g: single('bytes', 6),
        graphs: repeated('bytes', 11),
        type: single('int32', 20),
        refAttrName: single('string', 21),
      },
    },
    Tensor: {
      fields: {
        dims: repeated('int64', 1),
        dataType: single('int32', 2),
        floatData: { ...repeated('float', 4), options: { packed: true } },
        int64Data: { ...repeated('int64', 7), options: { packed: true } },
        name: single('string', 8),
        rawData: single('bytes', 9),
        externalData: repeated('bytes', 13),
        dataLocation: single('int32', 14),
      },
    },
    ValueInfo: { fields: { name: single('string', 1), type: single('Type', 2) } },
    Type: { fields: { tensorType: single('TensorType', 1) } },
    TensorType: { fields: { elemType: single('int32', 1), shape: single('Shape', 2) } },
    Shape: { fields: { dim: repeated('Dimension', 1) } },
    Dimension: { fields: { dimValue: single('int64', 1), dimParam: single('string', 2) } },
  },
})

const modelType = root.lookupType('Model')

const bytes = z.instanceof(Uint8Array)
/** Any of them: whether they are finite is asked later. */
const float = z.custom<number>((value) => typeof value === 'number')
const Tensor = z.object({
  dims: z.array(z.number()),
  dataType: z.number(),
  floatData: z.array(float),
  int64Data: z.array(z.number()),
  name: z.string(),
  rawData: bytes,
  externalData: z.array(bytes),
  dataLocation: z.number(),
})
const ValueInfo = z.object({
  name: z.string(),
  type: z
    .object({
      tensorType: z
        .object({
          elemType: z.number(),
          shape: z.object({ dim: z.array(z.object({ dimValue: z.number(), dimParam: z.string() })) }).nullable(),
        })
        .nullable(),
    })
    .nullable(),
})
const Attribute = z.object({
  name: z.string(),
  f: float,
  i: z.number(),
  t: Tensor.nullable(),
  g: bytes,
  graphs: z.array(bytes),
  type: z.number(),
  refAttrName: z.string(),
})
const OnnxNode = z.object({
  input: z.array(z.string()),
  output: z.array(z.string()),
  name: z.string(),
  opType: z.string(),
  attribute: z.array(Attribute),
  domain: z.string(),
})
const OnnxModel = z.object({
  irVersion: z.number(),
  producerName: z.string(),
  producerVersion: z.string(),
  graph: z
    .object({
      node: z.array(OnnxNode),
      name: z.string(),
      initializer: z.array(Tensor),
      input: z.array(ValueInfo),
      output: z.array(ValueInfo),
      sparseInitializer: z.array(bytes),
    })
    .nullable(),
  opsetImport: z.array(z.object({ domain: z.string(), version: z.number() })),
  metadataProps: z.array(z.object({ key: z.string(), value: z.string() })),
  trainingInfo: z.array(bytes),
  functions: z.array(bytes),
})
/** A decoded ONNX file; fields that were not there have protobuf's defaults, messages that were not there are null. */
export type OnnxModel = z.infer<typeof OnnxModel>
export type OnnxNode = z.infer<typeof OnnxNode>
export type OnnxTensor = z.infer<typeof Tensor>

/** The same with everything optional, for writing. */
export type OnnxModelToWrite = Readonly<Record<string, unknown>>

export function encodeOnnx(model: OnnxModelToWrite): Uint8Array {
  return modelType.encode(model).finish()
}

/** Throws what protobuf or zod say about bytes that are no such message. */
export function decodeOnnx(file: Uint8Array): OnnxModel {
  const decoded = modelType.decode(file)
  return OnnxModel.parse(modelType.toObject(decoded, { longs: Number, defaults: true, arrays: true }))
}
