import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { probeTargets } from '../cli/probe-targets.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { hasRecordings, RECORDINGS, startReplay } from './recordings.testkit.ts'
import { openKnowledge } from './survey.ts'

/** Every fifth recording: a sample of each section, in seconds; all take half a minute. */
const STRIDE = 5
/** Of what is expected, how much must be found at least. */
const RECALL = {
  ...{ identity: 0.93, interfaces: 0.985, processors: 0.9, memory: 0.9, storage: 0.95, sensors: 0.8 },
  ...{ neighbors: 0.96, addresses: 0.95 },
}
/** Of what is found, how much must be expected: sensors are found that no expectation has. */
const SENSOR_PRECISION = 0.6

const Summary = z.object({
  summary: z.record(z.string(), z.object({ recall: z.number().nullable(), precision: z.number().nullable() })),
})

test.skipIf(!hasRecordings)(
  'real devices are read as they should be (a sample of recordings)',
  { timeout: 240_000 },
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
      const summary = scored(replay.work)
      for (const [section, least] of Object.entries(RECALL)) {
        expect(summary[section]?.recall ?? 0, `recall of ${section}`).toBeGreaterThan(least)
      }
      expect(summary.sensors?.precision ?? 0, 'precision of sensors').toBeGreaterThan(SENSOR_PRECISION)
    } finally {
      snmp.close()
      replay.stop()
    }
  },
)

function scored(work: string): z.infer<typeof Summary>['summary'] {
  const json = join(work, 'score.json')
  execFileSync(process.execPath, [
    ...[join(RECORDINGS, 'tools/score.mjs'), '--got', join(work, 'out'), '--expected', join(RECORDINGS, 'expected')],
    ...['--list', join(work, 'list.txt'), '--json', json],
  ])
  return Summary.parse(JSON.parse(readFileSync(json, 'utf8'))).summary
}
