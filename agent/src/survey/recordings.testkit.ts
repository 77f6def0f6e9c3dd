import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * Recordings of real devices beside the checkout: `recordings/*.snmprec`, `expected/*.json`, `tools/{replay,score}.mjs`.
 * They are no part of the product; where they are absent the tests are skipped.
 */
export const RECORDINGS = fileURLToPath(new URL('../../../../shared/devices/', import.meta.url))
export const hasRecordings = existsSync(join(RECORDINGS, 'tools/replay.mjs'))

export type Replay = {
  readonly names: readonly string[]
  readonly port: number
  /** A folder that goes with the replay; `list.txt` in it has the names. */
  readonly work: string
  stop(): void
}

/** Serves every `stride`th recording on a port of its own; community = name of the recording. */
export async function startReplay(stride: number): Promise<Replay> {
  const work = mkdtempSync(join(tmpdir(), 'eyenet-recordings-'))
  const names = readdirSync(join(RECORDINGS, 'recordings'))
    .filter((file, at) => file.endsWith('.snmprec') && at % stride === 0)
    .map((file) => file.slice(0, -'.snmprec'.length))
  const list = join(work, 'list.txt')
  writeFileSync(list, names.join('\n'))
  const port = await freePort()
  const responder = spawn(process.execPath, [
    ...[join(RECORDINGS, 'tools/replay.mjs'), '--port', String(port), '--list', list],
    ...['--preload', join(RECORDINGS, 'recordings')],
  ])
  await once(createInterface({ input: responder.stdout }), 'line')
  return {
    names,
    port,
    work,
    stop() {
      responder.kill()
      rmSync(work, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
