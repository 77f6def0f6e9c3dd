import { expect, test } from 'vitest'
import type { FactSource, ObjectFact } from '../sensors/object-fact.ts'
import { readerOf } from '../survey.testkit.ts'
import { parseResourceLine } from './resource-line.ts'
import { resourcesByFacts } from './resources-by-facts.ts'
import { sizeUnit } from './size-unit.ts'
import { readVendorMemory, readVendorProcessors } from './vendor-resources.ts'
import { MEMORY_TABLES, PROCESSOR_TABLES, STORAGE_TABLES } from './vendor-tables.ts'

const NOBODY = { sysObjectId: '', inventory: [] }

test('every line of the tables names a place below an enterprise', () => {
  for (const line of `${PROCESSOR_TABLES}${MEMORY_TABLES}${STORAGE_TABLES}`.split('\n')) {
    if (line.trim() === '') continue
    const parsed = parseResourceLine(line)
    expect(parsed.enterprise, line).toBeGreaterThan(0)
    expect(parsed.places.size, line).toBeGreaterThan(0)
    expect(parsed.unit * parsed.divisor, line).toBeGreaterThan(0)
  }
})

test('a part without a processor is none, and one that is named in ENTITY-MIB has its name', async () => {
  const reader = readerOf('e.2011.5.25.31.1.1.1.1.5.9 = 44\ne.2011.5.25.31.1.1.1.1.5.10 = 0')
  const inventory = [{ index: 9, class: 'module', name: 'MPU Board 0' }]
  expect(await readVendorProcessors(reader, { sysObjectId: '', inventory })).toMatchObject([
    { name: 'MPU Board 0', usagePercent: 44 },
  ])
})

test('a load that is given as what is left, in tenths, or in words is a load', async () => {
  const idle = await readVendorProcessors(readerOf('e.27975.1.2.11.0 = 94'), NOBODY)
  expect(idle).toMatchObject([{ usagePercent: 6 }])
  const tenths = await readVendorProcessors(readerOf('e.5624.1.2.49.1.1.1.1.4.1.1 = 708'), NOBODY)
  expect(tenths).toMatchObject([{ usagePercent: 70.8 }])
  const words = readerOf('e.4413.1.1.1.1.4.9.0 = "    5 Secs ( 40.81%)   60 Secs ( 18.16%)"')
  expect(await readVendorProcessors(words, NOBODY)).toMatchObject([{ usagePercent: 40.81 }])
})

test('a MIB that a vendor copies below each product is found by the device’s own number', async () => {
  const reader = readerOf('e.259.10.1.27.1.39.3.1.0 = 100\ne.259.10.1.27.1.39.3.3.0 = 30')
  const memory = await readVendorMemory(reader, { sysObjectId: '1.3.6.1.4.1.259.10.1.27.102', inventory: [] })
  expect(memory).toMatchObject([{ totalBytes: 100, usedBytes: 70 }])
})

const object = (oid: string, name: string, more: Partial<ObjectFact> = {}): ObjectFact => ({
  ...{ oid, name, module: 'THING-MIB', kind: 'scalar', access: 'read-only', base: 'G', tc: '' },
  ...{ hint: '', labels: [], range: '', units: '', described: '', ...more },
})

test('a device that nobody described shows processors and memory by the names of its MIB', async () => {
  const E = '1.3.6.1.4.1.99999'
  const objects = [
    object(`${E}.1.1`, 'thingCpuUsageThreshold'),
    object(`${E}.1.2`, 'thingCpuUsage5Sec'),
    object(`${E}.1.3`, 'thingCpuUsage5Min'),
    object(`${E}.1.4`, 'thingMemTotal', { units: 'KBytes' }),
    object(`${E}.1.5`, 'thingMemFree', { units: 'KBytes' }),
  ]
  const facts: FactSource = {
    groups: async () => [{ oid: `${E}.1`, kind: 'scalars', index: [], objects }],
  }
  const reader = readerOf([70, 9, 12, 1000, 250].map((value, at) => `e.99999.1.${at + 1}.0 = ${value}`).join('\n'))
  const found = await resourcesByFacts(facts)(reader, { device: {}, interfaces: [], inventory: [] })
  expect(found.processors).toMatchObject([{ usagePercent: 12, evidence: 'guessed from name' }])
  expect(found.memory).toMatchObject([{ totalBytes: 1_024_000, usedBytes: 768_000 }])
})

test('a size without a unit is what memory can be', () => {
  expect(sizeUnit('', 'memTotal', 2 ** 30)).toBe(1)
  expect(sizeUnit('', 'memTotal', 512 * 1024)).toBe(1024)
  expect(sizeUnit('', 'memTotal', 512)).toBe(1024 * 1024)
  expect(sizeUnit('kilo-bytes', 'memTotal', 4_000_000)).toBe(1024)
  expect(sizeUnit('bytes', 'fwMemBytesTotal', 4_000_000)).toBe(1)
  expect(sizeUnit('', 'memTotal', 3)).toBeUndefined()
})
