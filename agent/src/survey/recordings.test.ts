import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { probeTargets } from '../cli/probe-targets.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { openKnowledge } from './survey.ts'

/**
 * Recordings of real devices beside the checkout: `recordings/*.snmprec`, `expected/*.json`, `tools/{replay,score}.mjs`.
 * They are no part of the product; where they are absent the test is skipped.
 */
const FOLDER = fileURLToPath(new URL('../../../../shared/devices/', import.meta.url))
const isThere = existsSync(join(FOLDER, 'tools/replay.mjs'))
/** Every eighth recording: all take half a minute. */
const STRIDE = 8

const Summary = z.object({
  summary: z.record(z.string(), z.object({ recall: z.number().nullable().optional() }).loose()),
})

test.skipIf(!isThere)(
  'real devices are read as they should be (a sample of recordings)',
  { timeout: 120_000 },
  async () => {
    const work = mkdtempSync(join(tmpdir(), 'eyenet-recordings-'))
    const names = readdirSync(join(FOLDER, 'recordings'))
      .filter((file, at) => file.endsWith('.snmprec') && at % STRIDE === 0)
      .map((file) => file.slice(0, -'.snmprec'.length))
    const list = join(work, 'list.txt')
    writeFileSync(list, names.join('\n'))
    const port = await freePort()
    const responder = spawn(process.execPath, [
      ...[join(FOLDER, 'tools/replay.mjs'), '--port', String(port), '--list', list],
      ...['--preload', join(FOLDER, 'recordings')],
    ])
    const snmp = createSnmpEngine()
    try {
      await once(createInterface({ input: responder.stdout }), 'line')
      const targets = names.map((name) => ({
        name,
        target: { address: '127.0.0.1', port, credential: { version: '2c', community: name } } as const,
      }))
      await probeTargets(targets, { snmp, outDir: join(work, 'out'), survey: openKnowledge(), tell: () => {} })
      const recall = scored(work, list)
      expect(recall('identity')).toBeGreaterThan(0.9)
      expect(recall('interfaces')).toBeGreaterThan(0.95)
      expect(recall('processors')).toBeGreaterThan(0.85)
      expect(recall('memory')).toBeGreaterThan(0.8)
      expect(recall('storage')).toBeGreaterThan(0.9)
      expect(recall('addresses')).toBeGreaterThan(0.9)
    } finally {
      snmp.close()
      responder.kill()
      rmSync(work, { recursive: true })
    }
  },
)

function scored(work: string, list: string): (section: string) => number {
  const json = join(work, 'score.json')
  execFileSync(process.execPath, [
    ...[join(FOLDER, 'tools/score.mjs'), '--got', join(work, 'out'), '--expected', join(FOLDER, 'expected')],
    ...['--list', list, '--json', json],
  ])
  const { summary } = Summary.parse(JSON.parse(readFileSync(json, 'utf8')))
  return (section) => summary[section]?.recall ?? 0
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
