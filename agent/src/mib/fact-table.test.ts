import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeFacts,
  encodeFacts,
  FACT_ACCESSES,
  FACT_BASES,
  FACT_KINDS,
  FACT_STATUSES,
  FactTable,
  openMibFacts,
  parseFactText,
  type RawFact,
} from './mib.ts'
import { haveReferences, REFERENCE_FACTS } from './mib-references.testkit.ts'
import { compareArcs } from './oid-arcs.ts'

const word = fc.stringMatching(/^[a-z][A-Za-z0-9-]{0,8}$/)
const type = fc.record({
  base: fc.constantFrom(...FACT_BASES),
  tc: fc.constantFrom('', 'TruthValue', 'DisplayString'),
  hint: fc.constantFrom('', '255a', 'd-1'),
  enums: fc.constantFrom('', '1 up|2 down', '-1 none|0 some'),
  range: fc.constantFrom('', '0..100', '#6'),
})
const rawFact: fc.Arbitrary<RawFact> = fc
  .record({
    oid: fc.array(fc.oneof(fc.nat(3), fc.nat(0xffff_ffff)), { minLength: 1, maxLength: 6 }),
    name: word,
    module: fc.constantFrom('A-MIB', 'B-MIB'),
    kind: fc.constantFrom(...FACT_KINDS),
    access: fc.constantFrom(...FACT_ACCESSES),
    status: fc.constantFrom(...FACT_STATUSES),
    ownType: fc.option(type, { nil: undefined }),
    units: fc.constantFrom('', 'Celsius', '0.1 °C'),
    quantity: fc.constantFrom('', 'C-1', '-2'),
    references: fc.array(fc.record({ target: fc.constantFrom('9.9.9.1', 'unknownName'), implied: fc.boolean() }), {
      maxLength: 3,
    }),
    augments: fc.boolean(),
  })
  .map(({ ownType, augments, ...rest }) => ({
    ...rest,
    augments: augments && rest.references.length > 0,
    ...(ownType ? { type: ownType } : {}),
  }))

const tableOf = (records: readonly RawFact[]) => new FactTable(decodeFacts(encodeFacts({ records, modules: [] })))
const sortedByOid = (records: readonly RawFact[]) => [...records].sort((a, b) => compareArcs(a.oid, b.oid))

test('what is encoded comes out again, in the order of OIDs', () => {
  fc.assert(
    fc.property(fc.array(rawFact, { maxLength: 40 }), (records) => {
      const table = tableOf(records)
      expect(Array.from({ length: table.size }, (_, i) => table.rawAt(i))).toEqual(sortedByOid(records))
    }),
  )
})

test('the nearest record is the one with the longest OID that the OID starts with', () => {
  const oid = fc.array(fc.nat(3), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(rawFact, { maxLength: 40 }), oid, (records, wanted) => {
      const longest = sortedByOid(records)
        .filter((record) => record.oid.every((arc, i) => wanted[i] === arc))
        .reduce((most, { oid }) => Math.max(most, oid.length), 0)
      const table = tableOf(records)
      const position = table.nearest(wanted)
      expect(position < 0 ? 0 : table.arcsAt(position).length).toBe(longest)
      if (position >= 0) expect(table.parentAt(position)).toBeLessThan(position)
    }),
  )
})

test('damaged files are refused or read, and never end otherwise', () => {
  const records = parseFactText(
    'F\tfacts/1\t9\t2\nM\tA-MIB\t2020\nT\tI\nD\n0.1.3.6\to\ta\t\t0\n>\tcr\tb\t0\t\tV\ta\n',
  ).records
  const good = encodeFacts({ records, modules: [] })
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), (at, octet, cut) => {
      const bytes = cut ? good.slice(0, at) : good.with(at, octet)
      try {
        const table = new FactTable(decodeFacts(bytes))
        for (let i = 0; i < table.size; i++) table.at(i)
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'invalid' })
      }
    }),
    { numRuns: 2_000 },
  )
})

test('names, types and indexes of standard and vendor objects', async () => {
  const facts = openMibFacts()
  expect(await facts.nameOid('1.3.6.1.2.1.31.1.1.1.6.3')).toBe('IF-MIB::ifHCInOctets.3')
  expect(await facts.nameOid('.1.3.6.1.4.1.9.9.13.1.3.1.3.1006')).toBe(
    'CISCO-ENVMON-MIB::ciscoEnvMonTemperatureStatusValue.1006',
  )
  expect(await facts.nameOid('1.3.6.1.4.1.4294967295.1')).toBe('SNMPv2-SMI::enterprises.4294967295.1')
  expect(await facts.nameOid('1.3.6.1.2.1.1.3.0')).toBe('SNMPv2-MIB::sysUpTime.0')
  expect(await facts.nameOid('9.9')).toBe('9.9')
  expect(await facts.oidOf('ifOperStatus')).toBe('1.3.6.1.2.1.2.2.1.8')
  expect(await facts.oidOf('mtxrGaugeValue', 'MIKROTIK-MIB')).toBe('1.3.6.1.4.1.14988.1.1.3.100.1.3')
  const named = await facts.lookup('1.3.6.1.2.1.31.1.1.1.6.3')
  expect(named?.fact).toMatchObject({
    kind: 'column',
    base: 'Counter64',
    access: 'read-only',
    augments: { name: 'ifEntry' },
  })
  expect(named?.fact.index.map(({ name }) => name)).toEqual(['ifIndex'])
  const gauge = await facts.lookup('1.3.6.1.4.1.14988.1.1.3.100.1.3.1')
  expect(gauge?.table.columnsOf(gauge.position).length).toBeGreaterThan(2)
  const status = await facts.lookup('1.3.6.1.2.1.2.2.1.8')
  expect(status?.fact.enums?.get(2)).toBe('down')
  const trap = await facts.lookup('1.3.6.1.6.3.1.1.5.3')
  expect(trap?.fact.objects.map(({ oid }) => oid)).toContain('1.3.6.1.2.1.2.2.1.8')
})

test('tables that were not used lately are forgotten, also the many that do not exist', async () => {
  const facts = openMibFacts({ maxCachedOctets: 1_000 })
  const first = await facts.facts(14988)
  expect(await facts.facts(14988)).toBe(first)
  for (let enterprise = 4_000_000_000; enterprise < 4_000_000_010; enterprise++)
    expect(await facts.facts(enterprise)).toBeUndefined()
  expect(await facts.facts(14988)).not.toBe(first)
})

test.skipIf(!haveReferences)('shipped tables say what the texts say that they are made of', async () => {
  const facts = openMibFacts()
  for (const table of [9, 318, 2021, 14988]) {
    const { records } = parseFactText(readFileSync(join(REFERENCE_FACTS, `${table}.tsv`), 'utf8'))
    const made = await facts.facts(table)
    expect(made?.size).toBe(records.length)
    const wrong = records.filter((record, i) => {
      const { references: _, ...got } = made?.rawAt(i) ?? { references: [] }
      const { references: __, ...wanted } = record
      return JSON.stringify(sortedKeys(got)) !== JSON.stringify(sortedKeys(wanted))
    })
    expect(wrong).toEqual([])
  }
})

const sortedKeys = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
