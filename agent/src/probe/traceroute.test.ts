import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findProgram } from './find-program.ts'
import { readHop, traceroute } from './traceroute.ts'

const HOW = { maxHops: 30, signal: new AbortController().signal }

/** A program in its place that prints or does what it is told. */
function program(script: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'eyenet-trace-')), 'traceroute')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

test.each([
  [
    ' 1  192.0.2.1  0.345 ms  0.301 ms  0.298 ms',
    { hop: 1, addresses: ['192.0.2.1'], rtts: [0.000345, 0.000301, 0.000298] },
  ],
  [' 2  * * *', { hop: 2, addresses: [], rtts: [] }],
  [' 3  192.0.2.9  1 ms 192.0.2.10  2 ms *', { hop: 3, addresses: ['192.0.2.9', '192.0.2.10'], rtts: [0.001, 0.002] }],
  ['12  2001:db8::1  10.5 ms !X  11 ms !X  *', { hop: 12, addresses: ['2001:db8::1'], rtts: [0.0105, 0.011] }],
  ['traceroute to 192.0.2.1 (192.0.2.1), 30 hops max, 60 byte packets', undefined],
  [' 4  evil.example; rm -rf /  1 ms', undefined],
  ['', undefined],
])('a line of the program: %j', (line, hop) => {
  expect(readHop(line)).toEqual(hop)
})

test('what is no IP address reaches no program, whatever it looks like', async () => {
  const touched = program('echo " 1  192.0.2.1  1 ms"')
  for (const address of ['--help', '-f', 'host.example', '192.0.2.1 -x', '$(id)', '', '192.0.2.1\n']) {
    expect(await traceroute(address, HOW, touched)).toMatchObject({ kind: 'unavailable' })
  }
})

test('the hops so far are there when it is stopped, and the program is gone', async () => {
  const abort = new AbortController()
  const slow = program('echo " 1  192.0.2.1  1 ms"; exec sleep 600')
  const outcome = await traceroute('192.0.2.7', { maxHops: 5, signal: abort.signal, onHop: () => abort.abort() }, slow)
  expect(outcome).toEqual({ kind: 'stopped', hops: [{ hop: 1, addresses: ['192.0.2.1'], rtts: [0.001] }] })
})

test('a program that prints without end is bounded; one that fails says why; none says what to do', async () => {
  const endless = program('i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo "$((i % 60 + 1))  192.0.2.1  1 ms"; done')
  const outcome = await traceroute('192.0.2.7', HOW, endless)
  expect(outcome.kind === 'done' && outcome.hops.length).toBe(200)
  const failing = program('echo "socket: Operation not permitted" >&2; exit 2')
  expect(await traceroute('192.0.2.7', HOW, failing)).toEqual({
    kind: 'unavailable',
    detail: 'socket: Operation not permitted',
  })
  expect(await traceroute('192.0.2.7', HOW, null)).toMatchObject({ detail: expect.stringContaining('apt-get install') })
})

test.skipIf(findProgram('traceroute') === null)('the real program finds this machine one hop away', async () => {
  expect(await traceroute('127.0.0.1', HOW)).toMatchObject({
    kind: 'done',
    hops: [{ hop: 1, addresses: ['127.0.0.1'] }],
  })
})
