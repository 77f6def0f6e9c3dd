import { expect, test } from 'vitest'
import { mibBatches, mibText, refusal } from './mib-batches.ts'

const file = (name: string, length: number) => ({ name, text: 'x'.repeat(length) })

test('files go together as far as one request may be', () => {
  const large = 4_000_000
  const batches = mibBatches([file('a', 10), file('b', large), file('c', large), file('d', large), file('e', 10)])
  expect(batches.map((batch) => batch.map((one) => one.name))).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ])
})

test('no request has more than a hundred files', () => {
  const batches = mibBatches(Array.from({ length: 245 }, (_, at) => file(String(at), 1)))
  expect(batches.map((batch) => batch.length)).toEqual([100, 100, 45])
})

test('files that are no MIB are refused with a reason', () => {
  expect(refusal(file('a', 10))).toBeUndefined()
  expect(refusal(file('a', 0))).toContain('empty')
  expect(refusal(file('a', 4_000_001))).toContain('4 MB')
  expect(refusal({ name: 'a.zip', text: 'PK\u0003\u0000' })).toContain('unpack')
})

test('text that is not UTF-8 is read as Latin-1', () => {
  expect(mibText(new Uint8Array([0x42, 0xfc]))).toBe('Bü')
  expect(mibText(new TextEncoder().encode('Bü'))).toBe('Bü')
})
