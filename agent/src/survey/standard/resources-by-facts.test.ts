import { expect, test } from 'vitest'
import { nothingKnown } from '../sensors/fake-reader.testkit.ts'
import type { FactSource, ObjectFact, ObjectGroup } from '../sensors/object-fact.ts'
import { readerOf } from '../survey.testkit.ts'
import type { SurveyAddition } from '../survey-result.ts'
import { resourcesByFacts } from './resources-by-facts.ts'

const E = '1.3.6.1.4.1.99999.1'

test('a load in tenths by its range, and one that its unit makes a share, are percentages with the names of their rows', async () => {
  const tenths = await guess('table', [column(2, 'boxCpuLoad5min', { range: '0..1000' })], 'e.99999.1.2.1 = 215')
  expect(tenths.processors).toMatchObject([{ name: 'Processor 1', usagePercent: 21.5 }])
  const named = await guess(
    'table',
    [column(2, 'boxCpuCurValue', { units: 'Percent' }), column(3, 'boxCpuName', { base: 'S' })],
    'e.99999.1.2.7 = 12\ne.99999.1.3.7 = "control"',
  )
  expect(named.processors).toMatchObject([{ name: 'control', usagePercent: 12, oid: `${E}.2.7` }])
  const bare = await guess('table', [column(2, 'boxCpuTotal', {})], 'e.99999.1.2.1 = 8')
  expect(bare.processors).toEqual([])
})

test('sizes whose names belong together are pools, swap beside memory', async () => {
  const { memory } = await guess(
    'scalars',
    ['boxPhysicalMemorySize', 'boxPhysicalMemoryFree', 'boxSwapSize', 'boxSwapFree'].map((name, at) =>
      column(at + 1, name, { units: 'KB' }),
    ),
    'e.99999.1.1.0 = 1000\ne.99999.1.2.0 = 400\ne.99999.1.3.0 = 200\ne.99999.1.4.0 = 200',
  )
  expect(memory).toMatchObject([
    { name: 'Memory', totalBytes: 1_024_000, usedBytes: 614_400 },
    { name: 'Swap', totalBytes: 204_800, usedBytes: 0 },
  ])
})

test('a part beside a total is a share where its range or name says so', async () => {
  const facts = [column(1, 'boxMemTotal', {}), column(2, 'boxMemUsage', { range: '0..100' })]
  const { memory } = await guess('scalars', facts, 'e.99999.1.1.0 = 2048\ne.99999.1.2.0 = 50')
  expect(memory).toMatchObject([{ totalBytes: 2 ** 31, usedBytes: 2 ** 30, usedPercent: 50 }])
})

test('64-bit sizes win over those of 32 bits, unless the agent leaves them at zero', async () => {
  const facts = [
    column(1, 'poolUsed', { units: 'bytes' }),
    column(2, 'poolFree', { units: 'bytes' }),
    column(3, 'poolHCUsed', { units: 'bytes', base: 'D' }),
    column(4, 'poolHCFree', { units: 'bytes', base: 'D' }),
  ].map((fact) => ({ ...fact, name: fact.name.replace('pool', 'memPool') }))
  const wide = 'e.99999.1.1.1 = 4294967295\ne.99999.1.2.1 = 1\ne.99999.1.3.1 = 6000000000\ne.99999.1.4.1 = 2000000000'
  expect((await guess('table', facts, wide)).memory).toMatchObject([{ totalBytes: 8e9, usedBytes: 6e9 }])
  const narrow = 'e.99999.1.1.1 = 300000\ne.99999.1.2.1 = 100000\ne.99999.1.3.1 = 0\ne.99999.1.4.1 = 0'
  expect((await guess('table', facts, narrow)).memory).toMatchObject([{ totalBytes: 400_000, usedBytes: 300_000 }])
})

test('storage is taken where the unit is stated, and not from what only sounds like a size', async () => {
  const facts = [column(1, 'volumeTotalMB', {}), column(2, 'volumeUsedMB', {}), column(3, 'volumeName', { base: 'S' })]
  const rows = 'e.99999.1.1.1 = 1000\ne.99999.1.2.1 = 250\ne.99999.1.3.1 = "pool0"'
  const { storage } = await guess('table', facts, rows)
  expect(storage).toMatchObject([{ name: 'pool0', totalBytes: 1000 * 2 ** 20, usedBytes: 250 * 2 ** 20 }])
  const unsaid = [column(1, 'volumeTotal', {}), column(2, 'volumeUsed', {})]
  expect((await guess('table', unsaid, 'e.99999.1.1.1 = 1000\ne.99999.1.2.1 = 250')).storage).toEqual([])
})

async function guess(
  kind: ObjectGroup['kind'],
  objects: readonly ObjectFact[],
  device: string,
): Promise<SurveyAddition> {
  const facts: FactSource = { groups: async () => [{ oid: E, kind, index: [], objects }] }
  return resourcesByFacts(facts)(readerOf(device), nothingKnown)
}

function column(arc: number, name: string, more: Partial<ObjectFact>): ObjectFact {
  return {
    ...{ oid: `${E}.${arc}`, name, module: 'BOX-MIB', kind: 'column', access: 'read-only', base: 'G', tc: '' },
    ...{ hint: '', labels: [], range: '0..4294967295', units: '', described: '' },
    ...more,
  }
}
