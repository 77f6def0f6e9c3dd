import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type CompiledMibs, compileMibs, openMibFacts, parseFactText, saveUserModules } from './mib.ts'
import { haveReferences, REFERENCE_FACTS, REFERENCE_SAMPLES } from './mib-references.testkit.ts'

const folder = await mkdtemp(join(tmpdir(), 'eyenet-mib-'))
afterAll(() => rm(folder, { recursive: true }))

const V2 = `-- An example of SMIv2.
EXAMPLE-MIB DEFINITIONS ::= BEGIN
IMPORTS
  MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, enterprises FROM SNMPv2-SMI
  TEXTUAL-CONVENTION, DisplayString FROM SNMPv2-TC
  InterfaceIndex, ifEntry FROM IF-MIB;
example MODULE-IDENTITY
  LAST-UPDATED "202601020000Z" ORGANIZATION "Example" CONTACT-INFO "info@example.net"
  DESCRIPTION "A ""quoted"" word, and -- no comment."
  ::= { enterprises 64512 }
Tenths ::= TEXTUAL-CONVENTION DISPLAY-HINT "d-1" STATUS current DESCRIPTION "" SYNTAX Integer32 (-400..1250)
fanTable OBJECT-TYPE SYNTAX SEQUENCE OF FanEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "" ::= { example 1 }
fanEntry OBJECT-TYPE SYNTAX FanEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION ""
  INDEX { fanBay, IMPLIED fanName } ::= { fanTable 1 }
FanEntry ::= SEQUENCE { fanBay Integer32, fanName DisplayString, fanState INTEGER, fanHeat Tenths }
fanBay OBJECT-TYPE SYNTAX Integer32 (1..8) MAX-ACCESS not-accessible STATUS current DESCRIPTION "" ::= { fanEntry 1 }
fanName OBJECT-TYPE SYNTAX DisplayString (SIZE (0..32)) MAX-ACCESS read-only STATUS current DESCRIPTION "" ::= { fanEntry 2 }
fanState OBJECT-TYPE SYNTAX INTEGER { ok(1), failed(2), -- gone -- absent(-3) } MAX-ACCESS read-only STATUS deprecated
  DESCRIPTION "" DEFVAL { ok } ::= { fanEntry 3 }
fanHeat OBJECT-TYPE SYNTAX Tenths UNITS "Celsius" MAX-ACCESS read-only STATUS current DESCRIPTION "" ::= { fanEntry 4 }
portTable OBJECT-TYPE SYNTAX SEQUENCE OF PortEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "" ::= { example 2 }
portEntry OBJECT-TYPE SYNTAX PortEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "" AUGMENTS { ifEntry } ::= { portTable 1 }
PortEntry ::= SEQUENCE { portFlags BITS }
portFlags OBJECT-TYPE SYNTAX BITS { fast(0), slow(1) } MAX-ACCESS read-write STATUS current DESCRIPTION "" ::= { portEntry 1 }
uptime OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION "Heat in tenths of degrees Celsius." ::= { example 3 }
fanFailed NOTIFICATION-TYPE OBJECTS { fanState, fanName } STATUS current DESCRIPTION "" ::= { example 0 1 }
END
`
const V1 = `EXAMPLE-V1-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, Gauge FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212 TRAP-TYPE FROM RFC-1215 snmp FROM RFC1213-MIB
OBJECT-TYPE MACRO ::= BEGIN TYPE NOTATION ::= "SYNTAX" type END
thing_box OBJECT IDENTIFIER ::= { iso org(3) dod(6) internet(1) private(4) enterprises(1) 64513 }
load OBJECT-TYPE SYNTAX Gauge ACCESS read-only STATUS mandatory DESCRIPTION "Percent." ::= { thing_box 1 }
boom TRAP-TYPE ENTERPRISE thing_box VARIABLES { load } DESCRIPTION "" ::= 7
cold TRAP-TYPE ENTERPRISE snmp ::= 0
END
`

const compile = (...texts: string[]) =>
  compileMibs(
    texts.map((text, i) => ({ name: `${i + 1}.mib`, text })),
    openMibFacts(),
  )
const recordOf = (mibs: CompiledMibs, name: string) => {
  const record = mibs.modules.flatMap((module) => module.records).find((record) => record.name === name)
  return record && { ...record, oid: record.oid.join('.') }
}
const problemsOf = (mibs: CompiledMibs) =>
  mibs.problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.severity} ${p.message}`)

test('SMIv2: tables, types, units, references and quotes', async () => {
  const mibs = await compile(V2)
  expect(problemsOf(mibs)).toEqual([])
  expect(mibs.modules[0]).toMatchObject({ name: 'EXAMPLE-MIB', lastUpdated: '20260102' })
  expect(recordOf(mibs, 'fanHeat')).toMatchObject({
    oid: '1.3.6.1.4.1.64512.1.1.4',
    kind: 'column',
    access: 'read-only',
    units: 'Celsius',
    type: { base: 'INTEGER', tc: 'Tenths', hint: 'd-1', range: '-400..1250' },
  })
  expect(recordOf(mibs, 'fanState')).toMatchObject({ status: 'deprecated', type: { enums: '1 ok|2 failed|-3 absent' } })
  expect(recordOf(mibs, 'fanName')?.type).toMatchObject({ base: 'OCTET STRING', tc: 'DisplayString' })
  expect(recordOf(mibs, 'fanEntry')?.references).toEqual([
    { target: '1.3.6.1.4.1.64512.1.1.1', implied: false },
    { target: '1.3.6.1.4.1.64512.1.1.2', implied: true },
  ])
  expect(recordOf(mibs, 'portEntry')).toMatchObject({ augments: true, references: [{ target: '1.3.6.1.2.1.2.2.1' }] })
  expect(recordOf(mibs, 'portFlags')).toMatchObject({
    kind: 'column',
    access: 'read-write',
    type: { base: 'BITS', enums: '0 fast|1 slow' },
  })
  expect(recordOf(mibs, 'uptime')).toMatchObject({ kind: 'scalar', quantity: 'C-1' })
  expect(recordOf(mibs, 'fanFailed')).toMatchObject({ kind: 'notification', oid: '1.3.6.1.4.1.64512.0.1' })
})

test('SMIv1: traps, macros in the file, IMPORTS without a semicolon, underscores, CRLF', async () => {
  const mibs = await compile(V1.replaceAll('\n', '\r\n'))
  expect(problemsOf(mibs)).toEqual(['1.mib:3:1 warning IMPORTS has no ; at its end'])
  expect(recordOf(mibs, 'load')).toMatchObject({
    oid: '1.3.6.1.4.1.64513.1',
    quantity: '%0',
    type: { base: 'Gauge32' },
  })
  expect(recordOf(mibs, 'boom')).toMatchObject({ oid: '1.3.6.1.4.1.64513.0.7', kind: 'notification' })
  expect(recordOf(mibs, 'cold')?.oid).toBe('1.3.6.1.6.3.1.1.5.1')
})

test('a slip loses its own definition, says where it is, and no other', async () => {
  const slip = async (from: string, to: string) => {
    const mibs = await compile(V2.replace(from, to))
    const names = mibs.modules.flatMap((module) => module.records.map((record) => record.name))
    const all = (await compile(V2)).modules.flatMap((module) => module.records.map((record) => record.name))
    return { problems: problemsOf(mibs), lost: all.filter((name) => !names.includes(name)) }
  }
  expect(await slip('"" ::= { fanEntry 2 }', '""')).toEqual({
    problems: ['1.mib:17:1 error fanName ends without ::= and its OID'],
    lost: ['fanName'],
  })
  expect(await slip('{ fanEntry 2 }', '{ fanEntry 2')).toEqual({
    problems: ['1.mib:18:1 error the OID of fanName has no }'],
    lost: [],
  })
  expect(await slip('{ fanEntry 2 }', '{ fanEntri 2 }')).toEqual({
    problems: ['1.mib:17:114 error fanEntri is unknown: it is neither defined nor imported'],
    lost: ['fanName'],
  })
  expect(await slip('Celsius" MAX', 'Celsius MAX')).toMatchObject({ lost: ['fanHeat'] })
  expect(await slip('IF-MIB;', 'IF-MIB')).toEqual({
    problems: ['1.mib:7:1 warning IMPORTS has no ; at its end'],
    lost: [],
  })
  expect(await slip('END\n', '')).toEqual({
    problems: ['1.mib:27:1 warning the module EXAMPLE-MIB has no END'],
    lost: [],
  })
})

test('files in any order, modules that are there twice, circles, and no MIB at all', async () => {
  const user = `USER-MIB DEFINITIONS ::= BEGIN IMPORTS fanTable, Tenths FROM EXAMPLE-MIB; x OBJECT-TYPE SYNTAX Tenths ::= { fanTable 9 } END`
  const both = await compile(user, V2, V2.replace('202601020000Z', '202501020000Z').replace('fanHeat', 'oldHeat'))
  expect(recordOf(both, 'x')).toMatchObject({ oid: '1.3.6.1.4.1.64512.1.9', type: { hint: 'd-1' } })
  expect(recordOf(both, 'oldHeat')).toBeUndefined()
  expect(problemsOf(both)).toEqual([
    '3.mib:2:1 warning the module EXAMPLE-MIB is left out: 2.mib has it too, as new or newer',
  ])
  const circle = await compile(
    'C-MIB DEFINITIONS ::= BEGIN a OBJECT IDENTIFIER ::= { b 1 } b OBJECT IDENTIFIER ::= { a 1 } END',
  )
  expect(circle.modules[0]?.records).toEqual([])
  expect(problemsOf(circle)).toEqual(['1.mib:1:29 error the OID of a hangs on itself'])
  expect(problemsOf(await compile('{"not": "a MIB"}'))).toEqual([
    '1.mib:1:1 error no MIB module: there is no DEFINITIONS ::= BEGIN',
  ])
})

test('what is missing is taken from the one module that has the name, and said', async () => {
  const mib = (above: string, from: string) =>
    `M-MIB DEFINITIONS ::= BEGIN IMPORTS ${above} FROM ${from}; x OBJECT IDENTIFIER ::= { ${above} 7 } END`
  const guessed = await compile(mib('mtxrGaugeTable', 'NOBODYS-MIB'))
  expect(recordOf(guessed, 'x')?.oid).toBe('1.3.6.1.4.1.14988.1.1.3.100.7')
  expect(problemsOf(guessed)[0]).toContain('warning mtxrGaugeTable: the module NOBODYS-MIB is neither among')
  const unknown = await compile(mib('nobodysObject', 'IF-MIB'))
  expect(problemsOf(unknown)).toEqual([
    '1.mib:1:90 error nobodysObject is unknown: the module IF-MIB does not define it',
  ])
})

test('a damaged file of a saved module is passed over and named', async () => {
  const damaged = await mkdtemp(join(tmpdir(), 'eyenet-mib-'))
  await saveUserModules(damaged, (await compile(V2)).modules)
  await writeFile(join(damaged, 'OTHER-MIB.facts.br'), 'no facts')
  const facts = openMibFacts({ userFolder: damaged })
  expect(await facts.nameOid('1.3.6.1.4.1.64512.3.0')).toBe('EXAMPLE-MIB::uptime.0')
  expect(await facts.userProblems()).toEqual([expect.stringContaining('OTHER-MIB.facts.br')])
  await rm(damaged, { recursive: true })
})

test('a module that was saved names OIDs, goes before the shipped one, and serves modules that import it', async () => {
  const mikrotik = 'MIKROTIK-MIB DEFINITIONS ::= BEGIN ours OBJECT IDENTIFIER ::= { enterprises 14988 1 1 3 } END'
  const { modules } = await compile(V2, mikrotik)
  await saveUserModules(folder, modules)
  const facts = openMibFacts({ userFolder: folder })
  expect(await facts.nameOid('1.3.6.1.4.1.64512.1.1.3.4')).toBe('EXAMPLE-MIB::fanState.4')
  expect(await facts.nameOid('1.3.6.1.4.1.14988.1.1.3')).toBe('MIKROTIK-MIB::ours')
  expect(await facts.nameOid('1.3.6.1.4.1.14988.1.1.3.10.0')).toBe('MIKROTIK-MIB::mtxrHlTemperature.0')
  expect(await facts.oidOf('fanState', 'EXAMPLE-MIB')).toBe('1.3.6.1.4.1.64512.1.1.3')
  const later =
    'L-MIB DEFINITIONS ::= BEGIN IMPORTS fanTable, Tenths FROM EXAMPLE-MIB; x OBJECT-TYPE SYNTAX Tenths ::= { fanTable 9 } END'
  const mibs = await compileMibs([{ name: 'later', text: later }], facts)
  expect(recordOf(mibs, 'x')).toMatchObject({ oid: '1.3.6.1.4.1.64512.1.9', type: { tc: 'Tenths', hint: 'd-1' } })
})

test('cut and mutated files end in problems, never in an exception or a hang', async () => {
  const words = [
    '"',
    '--',
    '{',
    '}',
    '(',
    '::=',
    'END',
    'MACRO',
    'IMPORTS',
    'OBJECT-TYPE',
    'SEQUENCE',
    "'",
    '\u0000',
    'EXPORTS OBJECT-TYPE x',
  ]
  const change = fc.record({
    text: fc.constantFrom(V1, V2, V1 + V2),
    at: fc.nat(4_000),
    cut: fc.nat(60),
    word: fc.constantFrom('', ...words),
  })
  await fc.assert(
    fc.asyncProperty(change, async ({ text, at, cut, word }) => {
      const mutated = text.slice(0, at) + word + text.slice(at + cut)
      const mibs = await compileMibs([{ name: 'm', text: cut === 0 ? text.slice(0, at) : mutated }])
      for (const problem of mibs.problems) expect(problem.line).toBeGreaterThan(0)
    }),
    { numRuns: 3_000 },
  )
})

test.each([
  '"',
  "'",
  '-',
  '{',
  '(',
  'a ',
  '--',
  'a ::= ',
  'X DEFINITIONS ::= BEGIN ',
  'IMPORTS ',
  'a OBJECT-TYPE SYNTAX ',
  '\n',
  'EXPORTS OBJECT-TYPE x ',
])('a file of a million characters of %j is read in linear time', async (piece) => {
  const text = `M DEFINITIONS ::= BEGIN\n${piece.repeat(1_000_000 / piece.length)}`
  const mibs = await compileMibs([{ name: 'm', text }])
  expect(mibs.problems.length).toBeLessThanOrEqual(1_000)
})

test.skipIf(!haveReferences)(
  'real modules, each compiled alone, get the OIDs that they have',
  async () => {
    const known = new Map<string, Set<string>>()
    for (const file of readdirSync(REFERENCE_FACTS))
      for (const { name, oid } of parseFactText(readFileSync(join(REFERENCE_FACTS, file), 'utf8')).records) {
        const oids = known.get(name) ?? new Set()
        known.set(name, oids.add(oid.join('.')))
      }
    const facts = openMibFacts()
    let definitions = 0
    let same = 0
    for (const name of readdirSync(REFERENCE_SAMPLES)) {
      const text = readFileSync(join(REFERENCE_SAMPLES, name), 'utf8')
      const mibs = await compileMibs([{ name, text }], facts)
      const compiled = new Set(
        mibs.modules.flatMap(({ records }) => records.map((r) => `${r.name} ${r.oid.join('.')}`)),
      )
      for (const head of headsIn(text)) {
        const oids = known.get(head)
        if (!oids) continue
        definitions++
        if ([...oids].some((oid) => compiled.has(`${head} ${oid}`))) same++
      }
    }
    process.stdout.write(
      `MIB compiler: ${same} of ${definitions} definitions, ${((100 * same) / definitions).toFixed(2)} %\n`,
    )
    expect(same / definitions).toBeGreaterThan(0.99)
  },
  60_000,
)

/** Names of definitions, found without the compiler. */
function headsIn(text: string): Set<string> {
  const bare = text.replace(/"[^"]*"/g, '""').replace(/--.*$/gm, '')
  const heads =
    /(?<![\w-])([A-Za-z0-9][\w-]*)\s+(?:OBJECT-TYPE|OBJECT\s+IDENTIFIER\s*::=|MODULE-IDENTITY|OBJECT-IDENTITY|NOTIFICATION-TYPE|TRAP-TYPE|OBJECT-GROUP|NOTIFICATION-GROUP|MODULE-COMPLIANCE|AGENT-CAPABILITIES)(?!\s*(?:,|FROM|MACRO))/g
  return new Set([...bare.matchAll(heads)].flatMap((match) => match[1] ?? []))
}
