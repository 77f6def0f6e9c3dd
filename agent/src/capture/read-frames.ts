import type { Readable } from 'node:stream'
import pcapParser from 'pcap-parser'

/** Octets of one frame that are read; tcpdump is told the same. */
export const SNAP_LENGTH = 1_600
/** LINKTYPE_ETHERNET. */
const ETHERNET = 1

export type FramesTold = {
  frame(octets: Uint8Array): void
  /** The stream is of no use any more: a clause for people. Told once; after it come no frames. */
  failed(problem: string): void
}

/**
 * Reads Ethernet frames out of a stream in the form of libpcap. pcap-parser believes every length that it reads and knows
 * no captures in nanoseconds: a header that tcpdump would not write ends the reading before anything is kept for it.
 */
export function readFrames(stream: Readable, told: FramesTold): void {
  let isOver = false
  const fail = (problem: string): void => {
    if (isOver) return
    isOver = true
    stream.destroy()
    told.failed(problem)
  }
  const parser = pcapParser.parse(stream)
  parser.on('globalHeader', ({ linkLayerType }) => {
    if (linkLayerType !== ETHERNET) fail(`frames of link type ${linkLayerType} are not read`)
  })
  parser.on('packetHeader', ({ capturedLength }) => {
    if (capturedLength > SNAP_LENGTH) fail(`a frame claims ${capturedLength} octets`)
  })
  parser.on('packetData', (data) => {
    if (!isOver) told.frame(data)
  })
  parser.on('error', (problem) => fail(problem.message))
  parser.on('end', () => fail('the capture ended'))
}
