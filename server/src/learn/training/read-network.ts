import { blankNetwork, type Dense, type Network, type NetworkShape } from '@eyenet/shared/judge'
import type { OnnxTensor } from './onnx-schema.ts'
import { decodeModel } from './read-onnx-info.ts'
import { writeOnnx } from './write-onnx.ts'

/**
 * The network in a file that `writeOnnx` wrote, so that learning can go on with it; undefined: the file holds another graph.
 * EyeNetError as `readOnnxInfo`.
 */
export function readNetwork(file: Uint8Array, shape: NetworkShape): Network | undefined {
  const model = decodeModel(file)
  const network = blankNetwork(shape)
  const tensors = new Map(model.graph?.initializer.map((tensor) => [tensor.name, tensor]))
  const { mean, inverseScale, band, straight, unusual } = network
  const layers: [string, Dense][] = [
    ['band_first', band[0]],
    ['band_second', band[1]],
    ['band_last', band[2]],
    ['straight', straight],
    ['unusual_first', unusual[0]],
    ['unusual_second', unusual[1]],
    ['unusual_last', unusual[2]],
  ]
  const places: [string, Float32Array][] = [
    ['mean', mean],
    ['inverse_scale', inverseScale],
    ...layers.flatMap(([name, { weights, bias }]): [string, Float32Array][] => [
      [`${name}_weights`, weights],
      [`${name}_bias`, bias],
    ]),
  ]
  if (!places.every(([name, to]) => copyFloats(tensors.get(name), to))) return undefined
  const {
    contract = '',
    name = '',
    createdAt = '',
  } = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))
  // Only the graph that these weights make is the one that was read.
  const again = decodeModel(writeOnnx(network, { contract, name, createdAt }))
  return JSON.stringify(again.graph?.node) === JSON.stringify(model.graph?.node) ? network : undefined
}

function copyFloats(tensor: OnnxTensor | undefined, to: Float32Array): boolean {
  if (tensor === undefined || tensor.rawData.length !== 4 * to.length) return false
  const view = new DataView(tensor.rawData.buffer, tensor.rawData.byteOffset, tensor.rawData.byteLength)
  for (let at = 0; at < to.length; at++) to[at] = view.getFloat32(4 * at, true)
  return to.every((value) => Number.isFinite(value))
}
