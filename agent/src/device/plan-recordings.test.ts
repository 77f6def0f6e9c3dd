import { DeviceDetails } from '@eyenet/shared/wire'
import { expect, test } from 'vitest'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { hasRecordings, startReplay } from '../survey/recordings.testkit.ts'
import { createReader, openKnowledge, readingIn, type SurveyReader, surveyDevice } from '../survey/survey.ts'
import { detailsOf } from './details.ts'
import { type PlannedSeries, planReadings } from './plan-readings.ts'

/** Every eighth recording, others than those that are scored. */
const STRIDE = 9

test.skipIf(!hasRecordings)(
  'what is polled by recipes is what the survey read (a sample of recordings)',
  { timeout: 240_000 },
  async () => {
    const replay = await startReplay(STRIDE)
    const snmp = createSnmpEngine()
    const knowledge = openKnowledge()
    const wrong: string[] = []
    let compared = 0
    try {
      for (const community of replay.names) {
        const device = snmp.device({
          address: '127.0.0.1',
          port: replay.port,
          credential: { version: '2c', community },
        })
        const reader = createReader(device)
        const result = await surveyDevice(reader, knowledge)
        const plan = planReadings(result, () => undefined)
        const details = DeviceDetails.parse(detailsOf(result, plan))
        for (const { sensor, metric, value, enabled } of details.sensors) {
          if (!enabled) continue
          const series = plan.series.find((one) => one.metric === metric && one.labels.sensor === sensor)
          const polled = series && (await readSeries(series, reader))
          compared++
          if (polled !== value && !near(polled, value))
            wrong.push(`${community} ${metric} ${sensor}: ${value} ${polled}`)
        }
        const pools = [...result.memory, ...result.storage]
        for (const pool of pools.filter(({ name }) => pools.filter((one) => one.name === name).length === 1)) {
          const series = plan.series.find(({ labels }) => Object.values(labels).includes(pool.name))
          if (series === undefined || pool.usedBytes === undefined || !series.metric.endsWith('used_bytes')) continue
          compared++
          const polled = await readSeries(series, reader)
          if (!near(polled, pool.usedBytes)) wrong.push(`${community} ${pool.name}: ${pool.usedBytes} ${polled}`)
        }
        device.close()
      }
    } finally {
      snmp.close()
      replay.stop()
    }
    expect(compared).toBeGreaterThan(500)
    expect(wrong).toEqual([])
  },
)

async function readSeries(series: PlannedSeries, reader: SurveyReader): Promise<number | undefined> {
  const values = await reader.scalars(series.recipes.flatMap(({ oid, highOid = oid }) => [oid, highOid]))
  return series.value((recipe) => {
    const low = readingIn({ ...recipe }, values.get(recipe.oid))
    const high = recipe.highOid === undefined ? undefined : readingIn(recipe, values.get(recipe.highOid))
    return low === undefined ? undefined : low + (high ?? 0) * 2 ** 32
  })
}

/** Sizes are rounded to bytes. */
function near(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 2 + Math.abs(b) * 1e-9
}
