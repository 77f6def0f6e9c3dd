declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events'
  import type { Readable } from 'node:stream'

  export type GlobalHeader = { readonly linkLayerType: number; readonly snapshotLength: number }
  export type PacketHeader = { readonly capturedLength: number; readonly originalLength: number }
  export type Parser = EventEmitter<{
    globalHeader: [header: GlobalHeader]
    packetHeader: [header: PacketHeader]
    packetData: [data: Buffer]
    end: []
    error: [problem: Error]
  }>

  const pcapParser: { parse(input: Readable): Parser }
  export default pcapParser
}
