import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A database program on loopback in a folder of its own, started and ended as often as a test wants. */
export type RealEngine = {
  readonly url: string
  start(): Promise<void>
  /** Ends it as a crash does. */
  kill(): Promise<void>
  remove(): Promise<void>
}

type Program = {
  readonly path: string
  readonly args: (folder: string, port: number) => readonly string[]
  /** Answers 2xx once it serves. */
  readonly ready: string
  readonly prepare?: (folder: string, port: number) => Promise<void>
}

export function realVictoria(path: string): Promise<RealEngine> {
  return realEngine({
    path,
    ready: '/health',
    args: (folder, port) => [
      `-storageDataPath=${join(folder, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
    ],
  })
}

export function realInflux(path: string, more = ''): Promise<RealEngine> {
  return realEngine({
    path,
    ready: '/ping',
    args: (folder) => ['-config', join(folder, 'influxdb.conf')],
    prepare: async (folder, port) => {
      const rpcPort = await freePort()
      const config = `
        reporting-disabled = true
        bind-address = "127.0.0.1:${rpcPort}"
        [meta]
        dir = "${folder}/meta"
        [data]
        dir = "${folder}/data"
        wal-dir = "${folder}/wal"
        query-log-enabled = false
        ${more}
        [monitor]
        store-enabled = false
        [http]
        bind-address = "127.0.0.1:${port}"
        log-enabled = false
        [logging]
        level = "error"
      `
      await writeFile(join(folder, 'influxdb.conf'), config)
    },
  })
}

async function realEngine({ path, args, ready, prepare }: Program): Promise<RealEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-engine-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await prepare?.(folder, port)
  let child: ChildProcess | undefined
  const end = async (): Promise<void> => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGKILL')
    await ended
  }
  return {
    url,
    async start() {
      child = spawn(path, args(folder, port), { stdio: ['ignore', 'ignore', 'ignore'] })
      for (let tries = 0; tries < 400; tries++) {
        if (await isReady(`${url}${ready}`)) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`${path} does not begin to serve`)
    },
    kill: end,
    async remove() {
      await end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url)
    return ok
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
