import { expect, test } from 'vitest'
import { openMibFacts } from '../../mib/mib.ts'
import { lintProfiles } from './lint-profiles.ts'

const mib = openMibFacts()

async function mistakes(...texts: readonly string[]): Promise<readonly string[]> {
  const problems = await lintProfiles(
    texts.map((text, at) => ({ file: `p${at}.yaml`, text })),
    mib,
  )
  return problems.map(({ source, line, message }) => `${source}:${line} ${message}`)
}

test('a column that the MIB does not have is told', async () => {
  const row = '1.3.6.1.2.1.99.1.1.1'
  expect(
    await mistakes(`match: { present: ${row} }\nsensors: [{ table: ${row}, columns: { 4: count, 77: count } }]`),
  ).toEqual(['p0.yaml:2 ENTITY-SENSOR-MIB has no column 77 in entPhySensorEntry'])
})

test('an object where an instance is read is told', async () => {
  const [told] = await mistakes(
    'match: { present: 1.3.6.1.2.1.33 }\nsensors: [{ scalars: { 1.3.6.1.2.1.33.1.2.1: state } }]',
  )
  expect(told).toContain('an instance such as 1.3.6.1.2.1.33.1.2.1.0 is read')
})

test('an object whose type is no number is told', async () => {
  const row = '1.3.6.1.2.1.4.20.1'
  const told = await mistakes(`match: { present: ${row} }\nsensors: [{ table: ${row}, columns: { 1: count } }]`)
  expect(told).toEqual([`p0.yaml:2 ${row}.1 is the object ipAdEntAddr of type IpAddress, which is no reading`])
})

test('a second profile of the same match is told, and one without a match', async () => {
  const match = 'match: { sysObjectId: 1.3.6.1.4.1.64500 }'
  expect(await mistakes(match, match, 'identity: { os: x }')).toEqual([
    'p1.yaml:1 the same as that of p0, which is always taken first',
    'p2.yaml:1 a profile without `match` is never used; give it one, or `role: base`',
  ])
})

test('a value that two items read is told', async () => {
  const item = '{ scalars: { 1.3.6.1.4.1.64500.1.0: count A } }'
  expect(await mistakes(`match: { sysObjectId: 1.3.6.1.4.1.64500 }\nsensors:\n  - ${item}\n  - ${item}`)).toHaveLength(
    1,
  )
})
