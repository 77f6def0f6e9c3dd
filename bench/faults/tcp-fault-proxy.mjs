// A TCP proxy on loopback that behaves like a bad line: slow, late, cut. npm run bench and the tests put it between agent and server.
import { createServer } from 'node:net'
import { FaultedConnection, SOCKET_OPTIONS } from './faulted-connection.mjs'
import { LinePace } from './line-pace.mjs'
import { seededRandom } from './seeded-random.mjs'

const HOST = '127.0.0.1'
/** More at a time than a storm of agents makes are a mistake. */
const MAX_CONNECTIONS = 4_096

const unchanged = () => (chunk) => [chunk]

/**
 * Listens and passes connections on to `target` (`{ host, port }`). All of them share one line, whose faults `set` decides. `through`, called
 * per connection with 'up' or 'down', gives a function from a chunk to the chunks that go on in its place. See the declarations.
 */
export async function startFaultProxy({ target, listenPort = 0, seed = 1, through = unchanged }) {
  const random = seededRandom(seed)
  const faults = { delayMs: 0, jitterMs: 0 }
  const line = {
    up: new LinePace(),
    down: new LinePace(),
    delayMs: () => faults.delayMs + faults.jitterMs * random(),
    through,
  }
  const open = new Set()
  /** Sockets that were taken while nothing passes: they get no word. */
  const unheard = new Set()
  let cutHow
  const drop = () => {
    for (const connection of [...open]) connection.destroy()
    for (const socket of unheard) socket.destroy()
  }
  const server = createServer(SOCKET_OPTIONS, (client) => {
    if (cutHow === 'refuse' || open.size + unheard.size >= MAX_CONNECTIONS) {
      client.resetAndDestroy()
    } else if (cutHow === 'black-hole') {
      unheard.add(client)
      client.on('error', () => client.destroy())
      client.on('close', () => unheard.delete(client))
      client.resume()
    } else open.add(new FaultedConnection(client, { target, line, onClose: (one) => open.delete(one) }))
  })
  await new Promise((listening, failed) => {
    server.once('error', failed)
    server.listen(listenPort, HOST, listening)
  })
  return {
    port: server.address().port,
    set(wanted) {
      if ('upBps' in wanted) line.up.bps = wanted.upBps
      if ('downBps' in wanted) line.down.bps = wanted.downBps
      if ('delayMs' in wanted) faults.delayMs = wanted.delayMs ?? 0
      if ('jitterMs' in wanted) faults.jitterMs = wanted.jitterMs ?? 0
    },
    cut(how = 'refuse') {
      cutHow = how
      if (how === 'refuse') drop()
      else for (const connection of open) connection.freeze()
    },
    resume() {
      const wasHole = cutHow === 'black-hole'
      cutHow = undefined
      // What went into the hole is missing: as with a router that has lost its tables, both ends must begin again.
      if (wasHole) drop()
    },
    connections: () => open.size + unheard.size,
    async close() {
      cutHow = 'refuse'
      const closed = new Promise((done) => server.close(done))
      drop()
      await closed
    },
  }
}
