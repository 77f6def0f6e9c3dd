// A TCP proxy between an agent and its broker: counts bytes and samples per lane as they cross the wire, and can cut the line.
import { createServer, connect as tcpConnect } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { decodeSamples, unframe } from '../../shared/dist/wire/wire.js'
import { PUBLISH, packetReader, publishOf } from '../faults/mqtt-packets.mjs'

const HOST = '127.0.0.1'

/** Resolves to `{ port, totals, cut(), mend(), close() }`. `totals` grows: lane -> { messages, bytes, samples }, `up`, `down`. */
export async function startMeter(brokerPort) {
  const totals = { up: 0, down: 0, lanes: {} }
  const sockets = new Set()
  let isCut = false
  const server = createServer((agent) => {
    if (isCut) return agent.destroy()
    const broker = tcpConnect(brokerPort, HOST)
    const packets = packetReader()
    agent.on('data', (chunk) => {
      totals.up += chunk.length
      for (const packet of packets(chunk)) {
        if (packet.type === PUBLISH) count(totals.lanes, { ...publishOf(packet), size: packet.bytes.length })
      }
    })
    broker.on('data', (chunk) => {
      totals.down += chunk.length
    })
    for (const [from, to] of [
      [agent, broker],
      [broker, agent],
    ]) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise((listening) => server.listen(0, HOST, listening))
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: server.address().port,
    totals,
    cut,
    mend() {
      isCut = false
    },
    close() {
      cut()
      server.close()
    },
  }
}

function count(lanes, { topic, payload, size }) {
  const lane = topic.split('/').at(-1)
  lanes[lane] ??= { messages: 0, bytes: 0, samples: 0 }
  const of = lanes[lane]
  of.messages++
  of.bytes += size
  if (lane !== 'samples' && lane !== 'backfill') return
  const body = unframe(payload, (bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength }))
  of.samples += decodeSamples(body).ids.length
}
