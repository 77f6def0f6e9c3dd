// A TCP proxy between an agent and its broker: counts bytes and samples per lane as they cross the wire, and can cut the line.
import { createServer, connect as tcpConnect } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import { decodeSamples, unframe } from '../../shared/dist/wire/wire.js'

const HOST = '127.0.0.1'
const PUBLISH = 3

/** Resolves to `{ port, totals, cut(), mend(), close() }`. `totals` grows: lane -> { messages, bytes, samples }, `up`, `down`. */
export async function startMeter(brokerPort) {
  const totals = { up: 0, down: 0, lanes: {} }
  const sockets = new Set()
  let isCut = false
  const server = createServer((agent) => {
    if (isCut) return agent.destroy()
    const broker = tcpConnect(brokerPort, HOST)
    const packets = packetReader((topic, payload, size) => count(totals.lanes, { topic, payload, size }))
    agent.on('data', (chunk) => {
      totals.up += chunk.length
      packets(chunk)
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

/** Puts MQTT packets together again; calls back for each PUBLISH with its size on the wire. */
function packetReader(onPublish) {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const packet = firstPacket(rest)
      if (packet === undefined) return
      rest = rest.subarray(packet.size)
      if (packet.first >> 4 === PUBLISH) {
        const { body, first, size } = packet
        const topicEnd = 2 + body.readUInt16BE(0)
        const start = topicEnd + (((first >> 1) & 3) > 0 ? 2 : 0)
        onPublish(body.toString('utf8', 2, topicEnd), body.subarray(start), size)
      }
    }
  }
}

function firstPacket(bytes) {
  let length = 0
  for (let at = 1; at < 5 && at < bytes.length; at++) {
    length += (bytes[at] & 0x7f) << (7 * (at - 1))
    if (bytes[at] & 0x80) continue
    const size = at + 1 + length
    return bytes.length < size ? undefined : { first: bytes[0], size, body: bytes.subarray(at + 1, size) }
  }
  return undefined
}
