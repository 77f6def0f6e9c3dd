import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DataMember } from './data-member.ts'

function dataOf(text: string, cuts: readonly number[]): { readonly data: string; readonly isWhole: boolean } {
  const bytes = Buffer.from(text)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const member = new DataMember()
  const parts: Buffer[] = []
  let from = 0
  for (const to of ends) {
    parts.push(Buffer.from(member.take(bytes.subarray(from, to))))
    from = to
  }
  return { data: Buffer.concat(parts).toString(), isWhole: member.isWhole }
}

const members = fc.dictionary(fc.oneof(fc.constantFrom('status', 'stats', 'x"data'), fc.string()), fc.jsonValue(), {
  maxKeys: 4,
})

test('the bytes of data are found however the text is cut and whatever stands around them', () => {
  fc.assert(
    fc.property(
      fc.tuple(members, members),
      fc.jsonValue(),
      fc.array(fc.nat(), { maxLength: 6 }),
      (around, data, cuts) => {
        const [first, last] = around.map(({ data: _, ...others }) => others)
        // Twice the same name is no object, but it is text.
        const inside = [first, { data }, last]
          .map((part) => JSON.stringify(part ?? {}).slice(1, -1))
          .filter((one) => one !== '')
        expect(dataOf(`{${inside.join(',')}}`, cuts)).toEqual({ data: JSON.stringify(data), isWhole: true })
      },
    ),
    { numRuns: 2000 },
  )
})

test('a text that ends early is not whole', () => {
  expect(dataOf('{"status":"success","data":{"result":[1,{"a":"}"}', []).isWhole).toBe(false)
  expect(dataOf('{"status":"error"}', [3])).toEqual({ data: '', isWhole: false })
})
