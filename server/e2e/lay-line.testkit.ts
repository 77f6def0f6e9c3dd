import { connect, createServer, type Socket } from 'node:net'
import { startChild } from './child.testkit.ts'
import type { Stage } from './stage.testkit.ts'

/** Listens at the loopback of its namespace, and passes on to a socket of the file system, which all namespaces see. */
const NEAR = `
  const { connect, createServer } = require('node:net')
  const [port, path] = process.argv.slice(1)
  createServer((near) => {
    const far = connect(path)
    for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => {}).on('close', () => other.destroy()).pipe(other)
  }).listen(Number(port), '127.0.0.1', () => console.log('ready'))
`

/** Lays a line from a namespace that has none: the port of this machine's loopback is there at its own loopback too. */
export async function layLine(stage: Stage, space: string, port: number): Promise<void> {
  const path = stage.path(`line-${space}-${port}`)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  stage.onClose(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const child = startChild('ip', ['netns', 'exec', space, process.execPath, '-e', NEAR, `${port}`, path])
  stage.onClose(() => child.kill())
  await child.line((line) => line === 'ready')
}
