import { expect, test } from 'vitest'
import { fakeReader, nothingKnown } from '../sensors/fake-reader.testkit.ts'
import type { SurveySoFar } from '../survey-source.ts'
import { packProfiles, unpackProfiles } from './packed-profiles.ts'
import { parseProfile } from './parse-profile.ts'
import { headOf, profileSet, resolveProfiles } from './profile-set.ts'
import { profileSource } from './profile-source.ts'

const ROOT = '1.3.6.1.4.1.64500'
const ROW = `${ROOT}.1.1`

function device(sysObjectId: string, sysDescr = ''): SurveySoFar {
  return { ...nothingKnown, device: { sysObjectId, sysDescr } }
}

async function applied(yaml: string, values: Readonly<Record<string, number | string>>, soFar = device(`${ROOT}.7`)) {
  const { profiles, problems } = resolveProfiles([{ file: 'example.yaml', text: yaml }])
  expect(problems).toEqual([])
  // As the build packs them: nothing may be lost on the way.
  const set = profileSet(unpackProfiles(packProfiles(profiles)))
  return profileSource(set)(fakeReader(values), soFar)
}

test('a table gives a sensor a row, of the kind and scale that the row has', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
sensors:
  - table: ${ROW}
    name: { column: 2 }
    value: { column: 3 }
    kind: { column: 4, map: { 1: temperature, 3: voltage/10 } }`,
    {
      [`${ROW}.2.1`]: 'cpu',
      [`${ROW}.3.1`]: 41,
      [`${ROW}.4.1`]: 1,
      [`${ROW}.2.2`]: 'psu',
      [`${ROW}.3.2`]: 123,
      [`${ROW}.4.2`]: 3,
    },
  )
  expect(found.sensors?.map(({ kind, name, value }) => [kind, name, value])).toEqual([
    ['temperature', 'cpu', 41],
    ['voltage', 'psu', 12.3],
  ])
  expect(found.sensors?.[0]?.evidence).toBe('profile example')
})

test('a column may hold what the row is divided by', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
sensors:
  - { table: ${ROW}, columns: { 3: temperature }, divisor: { column: 5 } }`,
    { [`${ROW}.3.1`]: 215, [`${ROW}.5.1`]: 10, [`${ROW}.3.2`]: 22, [`${ROW}.5.2`]: 0 },
  )
  expect(found.sensors?.map(({ value }) => value)).toEqual([21.5, 22])
})

test('where only words tell what a row measures, the first pattern that they have does', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
sensors:
  - table: ${ROW}
    name: '{2}'
    value: { column: 3 }
    kind: { column: 3, patterns: { '.*C': temperature, '.*rpm': fanspeed, '.*[0-9]V': voltage } }`,
    {
      [`${ROW}.2.1`]: 'CPU',
      [`${ROW}.3.1`]: '41.5 C',
      [`${ROW}.2.2`]: 'FAN1',
      [`${ROW}.3.2`]: '4200 rpm',
      [`${ROW}.2.3`]: 'Intrusion',
      [`${ROW}.3.3`]: '1 discrete',
    },
  )
  expect(found.sensors?.map(({ kind, name, value }) => [kind, name, value])).toEqual([
    ['temperature', 'CPU', 41.5],
    ['fanspeed', 'FAN1', 4200],
  ])
})

test('names join other tables by parts of the index, and rows are picked by their columns', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
sensors:
  - table: ${ROW}
    join: { slot: { column: ${ROOT}.9.1.2, index: [1] } }
    name: '{slot} fan {index.2}'
    columns: { 3: fanspeed }
    where: { 4: [1, 2] }
    except: { index.2: 9 }`,
    {
      [`${ROOT}.9.1.2.5`]: 'Slot E',
      [`${ROW}.3.5.1`]: 4200,
      [`${ROW}.4.5.1`]: 2,
      [`${ROW}.3.5.2`]: 4300,
      [`${ROW}.4.5.2`]: 7,
      [`${ROW}.3.5.9`]: 4400,
      [`${ROW}.4.5.9`]: 1,
    },
  )
  expect(found.sensors?.map(({ name, value }) => [name, value])).toEqual([['Slot E fan 1', 4200]])
})

test('identity comes from values, from patterns and from the sysObjectID', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
identity:
  vendor: Example
  model: [{ sysObjectId: { ${ROOT}.7: Model Seven } }, unknown]
  version: { oid: ${ROOT}.2.1.0, pattern: 'v([0-9.]+).*' }
  serial: { sysDescr: '.*SN ([A-Z0-9]+).*' }`,
    { [`${ROOT}.2.1.0`]: 'v2.14 build 7' },
    device(`${ROOT}.7`, 'Example box\r\nSN AB12'),
  )
  expect(found.device).toEqual({ vendor: 'Example', model: 'Model Seven', version: '2.14', serial: 'AB12' })
})

test('memory is told from what there is: total and free, or a share alone', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
processors: [{ name: CPU, idle: ${ROOT}.3.1.0 }]
memory:
  - { name: System, total: ${ROOT}.3.2.0, free: ${ROOT}.3.3.0, unit: 1024 }
  - { name: Heap, percent: ${ROOT}.3.4.0 }`,
    { [`${ROOT}.3.1.0`]: 93, [`${ROOT}.3.2.0`]: 1000, [`${ROOT}.3.3.0`]: 250, [`${ROOT}.3.4.0`]: 12 },
  )
  expect(found.processors).toMatchObject([{ name: 'CPU', usagePercent: 7 }])
  expect(found.memory).toMatchObject([
    { name: 'System', totalBytes: 1_024_000, usedBytes: 768_000, usedPercent: 75 },
    { name: 'Heap', usedPercent: 12 },
  ])
})

test('the profile with the longest sysObjectID is taken, and those with the role add beside it', async () => {
  const texts = [
    { file: 'vendor.yaml', text: `match: { sysObjectId: ${ROOT} }` },
    { file: 'model.yaml', text: `match: { sysObjectId: ${ROOT}.7 }` },
    { file: 'described.yaml', text: `match: { sysObjectId: ${ROOT}.7, sysDescr: '.*Special.*' }` },
    { file: 'extra.yaml', text: `role: add\nmatch: { present: ${ROOT}.5 }` },
  ]
  const set = profileSet(resolveProfiles(texts).profiles.map(headOf))
  const ids = async (soFar: SurveySoFar, values = {}) => (await set.find(fakeReader(values), soFar)).map(({ id }) => id)
  expect(await ids(device(`${ROOT}.7.1`))).toEqual(['model'])
  expect(await ids(device(`${ROOT}.7.1`, 'a Special one'))).toEqual(['described'])
  expect(await ids(device(`${ROOT}.70`), { [`${ROOT}.5.1.0`]: 1 })).toEqual(['vendor', 'extra'])
  expect(await ids(device('1.3.6.1.4.1.64501'))).toEqual([])
})

test('a profile says more on top of those that it extends', () => {
  const set = resolveProfiles([
    {
      file: 'base.yaml',
      text: `role: base\nidentity: { vendor: Example, os: one }\nsensors: [{ scalars: { ${ROOT}.1.0: count A } }]`,
    },
    { file: 'own.yaml', text: `extends: base\nmatch: { sysObjectId: ${ROOT} }\nidentity: { os: two }` },
  ])
  const own = set.profiles.find(({ id }) => id === 'own')
  expect(own?.identity).toEqual({ vendor: 'Example', os: 'two' })
  expect(own?.sensors).toHaveLength(1)
})

test('a mistake is told with its line and the nearest name', () => {
  const parsed = parseProfile(
    'x',
    'x.yaml',
    `match: { sysObjectId: ${ROOT} }\nsensors:\n  - tabel: ${ROW}\n    columns: { 3: temprature }`,
  )
  expect(parsed.kind === 'invalid' && parsed.problems.map(({ line, message }) => [line, message.slice(0, 60)])).toEqual(
    [
      [4, expect.stringContaining('there is no kind temprature')],
      [3, 'there is no option `tabel`; did you mean `table`?'],
    ],
  )
})

test('text states become the numbers that the profile has for them', async () => {
  const found = await applied(
    `match: { sysObjectId: ${ROOT} }
sensors: [{ table: ${ROW}, name: 'Pool {2}', columns: { 3: state }, values: { ONLINE: 0, DEGRADED: 1 } }]`,
    { [`${ROW}.2.1`]: 'tank', [`${ROW}.3.1`]: 'DEGRADED' },
  )
  expect(found.sensors).toMatchObject([{ kind: 'state', name: 'Pool tank', value: 1, states: { 1: 'DEGRADED' } }])
})

test('an item may say how often it is worth reading', async () => {
  const { sensors } = await applied(
    `match: { sysObjectId: ${ROOT} }\nsensors: [{ scalars: { ${ROOT}.2.0: count Jobs }, intervalSeconds: 900 }]`,
    { [`${ROOT}.2.0`]: 5 },
  )
  expect(sensors).toMatchObject([{ name: 'Jobs', intervalSeconds: 900 }])
})
