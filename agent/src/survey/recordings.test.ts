import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { probeTargets } from '../cli/probe-targets.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { hasRecordings, RECORDINGS, startReplay } from './recordings.testkit.ts'
import { openKnowledge } from './survey.ts'

/** Every eighth recording: all take half a minute. */
const STRIDE = 8

const Summary = z.object({
  summary: z.record(z.string(), z.object({ recall: z.number().nullable().optional() }).loose()),
})

test.skipIf(!hasRecordings)(
  'real devices are read as they should be (a sample of recordings)',
  { timeout: 120_000 },
  async () => {
    const replay = await startReplay(STRIDE)
    const snmp = createSnmpEngine()
    try {
      const targets = replay.names.map((name) => ({
        name,
        target: { address: '127.0.0.1', port: replay.port, credential: { version: '2c', community: name } } as const,
      }))
      await probeTargets(targets, {
        snmp,
        outDir: join(replay.work, 'out'),
        survey: openKnowledge(),
        tell: () => {},
      })
      const recall = scored(replay.work)
      expect(recall('identity')).toBeGreaterThan(0.9)
      expect(recall('interfaces')).toBeGreaterThan(0.95)
      expect(recall('processors')).toBeGreaterThan(0.85)
      expect(recall('memory')).toBeGreaterThan(0.8)
      expect(recall('storage')).toBeGreaterThan(0.9)
      expect(recall('addresses')).toBeGreaterThan(0.9)
    } finally {
      snmp.close()
      replay.stop()
    }
  },
)

function scored(work: string): (section: string) => number {
  const json = join(work, 'score.json')
  execFileSync(process.execPath, [
    ...[join(RECORDINGS, 'tools/score.mjs'), '--got', join(work, 'out'), '--expected', join(RECORDINGS, 'expected')],
    ...['--list', join(work, 'list.txt'), '--json', json],
  ])
  const { summary } = Summary.parse(JSON.parse(readFileSync(json, 'utf8')))
  return (section) => summary[section]?.recall ?? 0
}
