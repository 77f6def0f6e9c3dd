import { expect, test } from 'vitest'
import { mibBatches, mibText, refusal } from './mib-batches.ts'

const file = (name: string, length: number) => ({ name, text: 'x'.repeat(length) })

test('small files go together, a large one goes alone', () => {
  const batches = mibBatches([file('a', 10), file('b', 10), file('c', 2_000_000), file('d', 10)])
  expect(batches.map((batch) => batch.map((one) => one.name))).toEqual([['a', 'b'], ['c'], ['d']])
})

test('no request has more than twenty files', () => {
  const batches = mibBatches(Array.from({ length: 45 }, (_, at) => file(String(at), 1)))
  expect(batches.map((batch) => batch.length)).toEqual([20, 20, 5])
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
