import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mibCommand } from './mib.ts'

let data: string
let out: string
let err: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'eyenet-mib-'))
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text
    return true
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(data, { recursive: true })
})

const mib = (...words: string[]) => mibCommand().parseAsync([...words, '--data', data], { from: 'user' })
async function fileWith(text: string): Promise<string> {
  const file = join(data, 'example.mib')
  await writeFile(file, text)
  return file
}

test('a MIB is added, listed, asked and removed', async () => {
  const file = await fileWith(`EXAMPLE-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;
    example OBJECT IDENTIFIER ::= { enterprises 64512 }
    heat OBJECT-TYPE SYNTAX INTEGER UNITS "Celsius" ACCESS read-only STATUS mandatory ::= { example 1 }
    lost OBJECT-TYPE SYNTAX INTEGER ::= { nothing 1 } END`)
  await mib('add', file)
  expect(err).toBe(`${file}:4:43: error: nothing is unknown: it is neither defined nor imported\n`)
  expect(out).toContain('EXAMPLE-MIB: 2 objects, 0 types\n1 error:')
  out = ''
  await mib('list', '--json')
  expect(JSON.parse(out)).toEqual({ modules: [{ name: 'EXAMPLE-MIB', lastUpdated: '', objects: 2 }], problems: [] })
  out = ''
  await mib('name', '1.3.6.1.4.1.64512.1.0', 'EXAMPLE-MIB::heat', '--json')
  expect(JSON.parse(out)).toMatchObject([
    { name: 'EXAMPLE-MIB::heat.0', fact: { units: 'Celsius', kind: 'scalar' } },
    { oid: '1.3.6.1.4.1.64512.1' },
  ])
  await mib('remove', 'EXAMPLE-MIB')
  await expect(mib('name', 'EXAMPLE-MIB::heat')).rejects.toMatchObject({ code: 'not_found' })
})

test('what is no MIB, or no file, is refused with the reason', async () => {
  await expect(mib('add', await fileWith('hello'))).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('example.mib:1:1: error: no MIB module'),
  })
  await expect(mib('add', join(data, 'nothing'))).rejects.toMatchObject({ code: 'not_found' })
  await expect(mib('name', '1.2.x')).rejects.toMatchObject({ code: 'not_found' })
  await expect(mib('remove', '../example')).rejects.toMatchObject({ code: 'not_found' })
})
