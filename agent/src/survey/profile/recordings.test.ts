import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openMibFacts } from '../../mib/mib.ts'
import { mibFactSource, sensorsByFacts } from '../sensors/sensors.ts'
import { surveyDevice } from '../survey.ts'
import { readProfileFolder } from './profile-folder.ts'
import { headOf, profileSet, resolveProfiles } from './profile-set.ts'
import { profileSource } from './profile-source.ts'
import { recordedReader } from './recorded-reader.testkit.ts'

// Recordings of real devices beside the checkout, recordings/*.snmprec and expected/*.json; they are no part of the product.
const folder = fileURLToPath(new URL('../../../../../shared/devices/', import.meta.url))
/** Every so many of the recordings: a sample for a minute, not the whole. */
const EVERY = 8
const WITHIN = 0.01

type Expected = { sensor_class: string; sensor_oid: string; sensor_current: number | null }

function expectedSensors(file: string): readonly Expected[] {
  const parsed = JSON.parse(readFileSync(file, 'utf8'))
  const { poller, discovery } = parsed.sensors ?? {}
  return poller?.sensors ?? discovery?.sensors ?? []
}

test.skipIf(!existsSync(join(folder, 'recordings')))(
  'a sample of recordings gives most of the sensors that are expected',
  async () => {
    const facts = sensorsByFacts(mibFactSource(openMibFacts()))
    const profiles = profileSource(profileSet(resolveProfiles(readProfileFolder()).profiles.map(headOf)))
    const names = readdirSync(join(folder, 'expected')).map((name) => name.replace(/\.json$/, ''))
    let wanted = 0
    let found = 0
    for (const [at, name] of names.entries()) {
      if (at % EVERY !== 0) continue
      const expected = expectedSensors(join(folder, 'expected', `${name}.json`))
      const reader = recordedReader(readFileSync(join(folder, 'recordings', `${name}.snmprec`), 'latin1'))
      const { sensors } = await surveyDevice(reader, { facts, profiles })
      const byOid = new Map(sensors.map((sensor) => [`${sensor.kind} ${sensor.oid}`, sensor.value]))
      wanted += expected.length
      for (const { sensor_class, sensor_oid, sensor_current } of expected) {
        const value = byOid.get(`${sensor_class} ${sensor_oid.replace(/^\./, '')}`)
        const want = Number(sensor_current)
        if (value !== undefined && Math.abs(value - want) <= Math.max(0.05, Math.abs(want) * WITHIN)) found++
      }
    }
    expect(wanted).toBeGreaterThan(100)
    expect(found / wanted).toBeGreaterThan(0.75)
  },
  120_000,
)
