import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMibFacts } from '../mib/mib.ts'
import { jsonOfVarbind, parseRecording, textOfVarbind } from '../recording/recording.ts'
import { type RecordingServer, serveRecording } from '../simulate/simulate.ts'
import { walkCommand } from './walk.ts'

const RECORDING = ['1.3.6.1.2.1.1.3.0|67|5', '1.3.6.1.2.1.1.5.0|4|edge-7', '1.3.6.1.2.1.2.2.1.8.3|2|1', ''].join('\n')
const mib = openMibFacts()
let folder: string
let server: RecordingServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eyenet-walk-'))
  writeFileSync(join(folder, 'community.txt'), 'public\n')
  server = await serveRecording(parseRecording(RECORDING), { address: '127.0.0.1', port: 0, community: 'public' })
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

async function walk(...options: string[]): Promise<void> {
  const given = ['--port', String(server.port), '--community-file', join(folder, 'community.txt'), '--data', folder]
  await walkCommand().parseAsync(['127.0.0.1', ...given, ...options], { from: 'user' })
}

test('a device is recorded as it is, and again without its name where it is masked', async () => {
  const file = join(folder, 'switch.snmprec')
  await walk('--record', file)
  expect(readFileSync(file, 'utf8')).toBe(RECORDING)
  await walk('--record', file, '--mask')
  expect(readFileSync(file, 'utf8')).toBe(RECORDING.replace('edge-7', 'name-1'))
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('only what is below a named object is recorded', async () => {
  const file = join(folder, 'interfaces.snmprec')
  await walk('--record', file, '--from', 'IF-MIB::ifTable')
  expect(readFileSync(file, 'utf8')).toBe('1.3.6.1.2.1.2.2.1.8.3|2|1\n')
})

test.each([
  [['--from', 'NO-MIB::nothing'], 'no known object'],
  [['--max', '0'], '--max'],
  [['--port', '99999'], '--port'],
])('wrong options are told: %j', async (options, told) => {
  await expect(walk(...options)).rejects.toThrow(told)
})

test('values are printed by their MIB names, and what a device wrote cannot steer the terminal', async () => {
  const text = (line: string) => Promise.all(parseRecording(line).map((one) => textOfVarbind(one, mib)))
  expect(await text('1.3.6.1.2.1.2.2.1.8.3|2|1')).toEqual(['IF-MIB::ifOperStatus.3 = up(1)'])
  const hostile = Buffer.from('a\u009b31mb\u202e\nc').toString('hex')
  expect(await text(`1.3.6.1.2.1.1.5.0|4x|${hostile}`)).toEqual(['SNMPv2-MIB::sysName.0 = "a 31mb c"'])
  expect(await text('1.3.6.1.2.1.2.2.1.6.3|4x|00005e005301')).toEqual(['IF-MIB::ifPhysAddress.3 = 0x00005e005301'])
})

test('a value is one line of JSON, with 64-bit counters exact', async () => {
  const [one] = parseRecording('1.3.6.1.2.1.31.1.1.1.6.3|70|18446744073709551615')
  expect(one && JSON.parse(await jsonOfVarbind(one, mib))).toEqual({
    oid: '1.3.6.1.2.1.31.1.1.1.6.3',
    name: 'IF-MIB::ifHCInOctets.3',
    type: 'counter64',
    value: '18446744073709551615',
  })
})
