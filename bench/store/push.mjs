// Pushes bodies to one engine over as many connections as there are lanes, each body after the answer to the one before.
import { LANES, openBodies } from './bodies.mjs'

const CONTENT = {
  'remote-write': { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
}

/**
 * Resolves when the last body is answered; an answer that is not 2xx rejects. The lanes wait for each other after each
 * body: no clock of a sender is ahead of another's.
 */
export async function pushBodies(engine, format, { file, bodies }) {
  const opened = openBodies({ file })
  const lanes = Array.from({ length: LANES }, (_, number) => ({
    connection: engine.connect(),
    bodies: bodies.filter(({ lane }) => lane === number),
  }))
  const push = async ({ connection, bodies }, at) => {
    const body = bodies[at]
    if (body === undefined) return
    await connection.good('POST', engine.writePath[format], { body: opened.read(body), headers: CONTENT[format] })
  }
  const most = Math.max(...lanes.map(({ bodies }) => bodies.length))
  for (let at = 0; at < most; at++) await Promise.all(lanes.map((lane) => push(lane, at)))
  for (const { connection } of lanes) connection.close()
  opened.close()
}
