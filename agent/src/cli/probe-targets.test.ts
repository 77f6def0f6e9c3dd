import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readTargets } from './probe-targets.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function fileOf(...lines: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-targets-'))
  folders.push(folder)
  const file = join(folder, 'targets')
  writeFileSync(file, lines.join('\n'))
  return file
}

test('a line names a device, its place and its community; `tcp:` before the place asks over TCP', () => {
  const file = fileOf(
    '# lab',
    'sw1\t192.0.2.1:1161\tpublic',
    'sw2\ttcp:sw2.example.net:1161\tpublic',
    'sw3\ttcp:[2001:db8::3]\tpublic',
    'tcp\ttcp\tpublic',
  )
  expect(
    readTargets(file).map(({ name, target: { address, port, transport } }) => [name, address, port, transport]),
  ).toEqual([
    ['sw1', '192.0.2.1', 1161, 'udp'],
    ['sw2', 'sw2.example.net', 1161, 'tcp'],
    ['sw3', '2001:db8::3', 161, 'tcp'],
    ['tcp', 'tcp', 161, 'udp'],
  ])
})

test.each(['sw1\t192.0.2.1', '../sw1\t192.0.2.1\tpublic', 'sw1\ttcp:\t'])('%j is refused with its line', (line) => {
  expect(() => readTargets(fileOf('sw0\t192.0.2.9\tpublic', line))).toThrow(/line 2/)
})
