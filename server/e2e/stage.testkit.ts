import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A folder of its own, and everything that a test file has started: `close` ends all of it, the newest first. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'eyenet-e2e-'))
  readonly #closing: (() => Promise<unknown>)[] = []

  /** Writes a file, and the folders above it. */
  write(name: string, text: string, mode = 0o600): string {
    const file = join(this.folder, name)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text, { mode })
    return file
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  onClose(close: () => Promise<unknown>): void {
    this.#closing.push(close)
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close().catch(() => undefined)
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
export const SERVER = fromHere('../bin/eyenet-server.js')
export const AGENT = fromHere('../../agent/bin/eyenet-agent.js')
export const START = fromHere('../../install/start.mjs')

/** A TCP port of 127.0.0.1 that nobody uses now. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise<void>((resolve) => probe.close(() => resolve()))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
