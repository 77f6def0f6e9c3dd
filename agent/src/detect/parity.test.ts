import { join } from 'node:path'
import { METRIC_NAME } from '@eyenet/shared/identity'
import { conclude, FEATURES, OUTPUTS, prepare, RateMeter, SeriesBank, TickBatch } from '@eyenet/shared/judge'
import { AnomalyConfig } from '@eyenet/shared/wire'
import pino from 'pino'
import { expect, test } from 'vitest'
import { DetectFile, type KeptState } from './detect-file.ts'
import { DetectedDevice, MINUTE, MONDAY, newSigner, seeded } from './detector.testkit.ts'
import { onnxFile } from './onnx.testkit.ts'
import { loadOnnx } from './onnx-model.ts'

const TICKS = 400
const onnx = onnxFile({ weights: Float32Array.from({ length: FEATURES * OUTPUTS }, (_, at) => Math.sin(at) / 20) })
const BANDS = ['icmp_rtt_seconds', 'ifHCInOctets']

type Reading = Readonly<Record<string, number | undefined>>

/** Round trips with gaps, and a counter that is reset once. */
function readings(): readonly Reading[] {
  const random = seeded(7)
  let octets = 0
  return Array.from({ length: TICKS }, (_, tick) => {
    octets = tick === 200 ? 5 : octets + Math.round(1e6 * random())
    const isMissing = tick > 300 && tick < 306
    return { icmp_rtt_seconds: isMissing ? Number.NaN : 0.005 + random() / 1_000, ifHCInOctets: octets }
  })
}

test.each([
  ['without a model', false],
  ['with a model', true],
])('%s the agent finds what the shared judge finds on the same rows, bit by bit', async (_what, hasModel) => {
  const signer = await newSigner()
  const world = new DetectedDevice({ signer, settings: { bands: BANDS } })
  const sent = hasModel ? [await signer.sent(onnx)] : []
  world.detector.configure(AnomalyConfig.parse({ bands: BANDS }), sent)
  await world.detector.settled()
  for (const [tick, reading] of readings().entries()) await world.poll(MONDAY + tick * MINUTE, reading)
  await world.close()
  const file = new DetectFile(join(world.dataDir, 'detect.db'), { logger: pino({ level: 'silent' }), maxRows: 10 })
  const expected = await judgedAlone(hasModel)
  for (const [metric, { state, lows }] of Object.entries(expected)) {
    const labels = { [METRIC_NAME]: metric, device: world.device, site: 'lab' }
    const kept: KeptState | undefined = file.read(
      JSON.stringify({ [METRIC_NAME]: metric, site: 'lab', device: world.device }),
    )
    expect(Buffer.from(kept?.state ?? []).equals(state)).toBe(true)
    expect(world.outbox.valuesOf({ ...labels, [METRIC_NAME]: 'anomaly_expected_low', metric })).toEqual(lows)
  }
  file.close()
})

/** The same rows through the shared judge alone, as the server has it. */
async function judgedAlone(hasModel: boolean) {
  const loaded = await loadOnnx(onnx)
  const bank = new SeriesBank(2)
  const batch = new TickBatch(2)
  const rates = new RateMeter(2)
  const slots = BANDS.map(() => bank.open() ?? -1)
  const lows: number[][] = [[], []]
  for (const [tick, reading] of readings().entries()) {
    const time = MONDAY + tick * MINUTE
    batch.clear()
    const values = [reading.icmp_rtt_seconds ?? 0, rates.rate(1, time, reading.ifHCInOctets ?? 0)]
    values.forEach((value, at) => {
      if (at === 0 || !Number.isNaN(value)) batch.add(slots[at] ?? 0, time, value)
    })
    prepare(bank, batch)
    const answered = hasModel && loaded.kind === 'ok' && (await loaded.model.run(batch))
    conclude(bank, batch, { settings: AnomalyConfig.parse({}), hasModel: answered })
    for (let row = 0; row < batch.count; row++) {
      const low = batch.low[row] ?? Number.NaN
      if (!Number.isNaN(low)) lows[slots.indexOf(batch.slots[row] ?? 0)]?.push(low)
    }
  }
  return Object.fromEntries(
    BANDS.map((metric, at) => [metric, { state: Buffer.from(bank.save(slots[at] ?? 0)), lows: lows[at] ?? [] }]),
  )
}
