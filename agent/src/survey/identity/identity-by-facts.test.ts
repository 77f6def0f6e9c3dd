import { expect, test } from 'vitest'
import type { FactSource, ObjectFact } from '../sensors/object-fact.ts'
import { readerOf } from '../survey.testkit.ts'
import { identityByFacts } from './identity-by-facts.ts'

const E = '1.3.6.1.4.1.99999.1'
const scalar = (arc: number, name: string): ObjectFact => ({
  ...{
    oid: `${E}.${arc}`,
    name,
    module: 'THING-MIB',
    kind: 'scalar',
    access: 'read-only',
    base: 'S',
    tc: 'DisplayString',
  },
  ...{ hint: '255a', labels: [], range: '', units: '', described: '' },
})
const facts: FactSource = {
  groups: async () => [
    {
      ...{ oid: E, kind: 'scalars', index: [] },
      objects: [
        scalar(1, 'thingBootVersion'),
        scalar(2, 'thingFirmwareVersion'),
        scalar(3, 'thingSoftwareVersion'),
        scalar(4, 'thingSerialNumber'),
        scalar(5, 'thingBatterySerialNumber'),
        scalar(6, 'thingModelName'),
      ],
    },
  ],
}
const DEVICE = ['0.9', '1.1', '2.3.4', 'SN0815', 'BAT1', 'Thing 9000']
  .map((text, at) => `e.99999.1.${at + 1}.0 = "${text}"`)
  .join('\n')

test('model, version and serial number are found by the names of scalars; parts of the device are not the device', async () => {
  const found = await identityByFacts(facts)(readerOf(DEVICE), {})
  expect(found).toEqual({ version: '2.3.4', serial: 'SN0815', model: 'Thing 9000' })
})

test('what is known already is not asked for', async () => {
  const found = await identityByFacts(facts)(readerOf(DEVICE), { version: '7', model: 'X' })
  expect(found).toEqual({ serial: 'SN0815' })
})

test('the only row of a table of chassis is the device, one of several is not', async () => {
  const column = (arc: number, name: string): ObjectFact => ({ ...scalar(arc, name), kind: 'column' })
  const table: FactSource = {
    groups: async () => [
      {
        oid: E,
        kind: 'table',
        index: [],
        objects: [column(7, 'thingChassisSerialNumber'), column(8, 'thingUnitVersion')],
      },
    ],
  }
  const rows = 'e.99999.1.7.1 = "CH77"\ne.99999.1.8.1 = "1.0"\ne.99999.1.8.2 = "1.0"\ne.99999.1.8.3 = "1.1"'
  expect(await identityByFacts(table)(readerOf(rows), {})).toEqual({ serial: 'CH77' })
})
