import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBoundedJson } from './bounded-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('whatever a message of ours may hold is read as JSON.parse reads it', () => {
  const value = fc.jsonValue({ maxDepth: 6, noUnicodeString: false })
  fc.assert(
    fc.property(value, (one) => {
      // Long enough to be looked at.
      const text = JSON.stringify({ one, filler: `${'x'.repeat(5_000)}[{"\\` })
      expect(parseBoundedJson(bytes(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('the report of a large chassis is read', () => {
  const interfaces = Array.from({ length: 20_000 }, (_, at) => ({
    a: at,
    b: 1,
    c: 2,
    d: 3,
    e: 4,
    f: 5,
    g: 6,
    h: 7,
    i: 8,
  }))
  expect(parseBoundedJson(bytes(JSON.stringify({ interfaces })))).toEqual({ interfaces })
})

const bombs: Readonly<Record<string, string>> = {
  'a hundred thousand names': `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join()}}`,
  'objects of which no two are alike': `[${Array.from({ length: 9_000 }, (_, at) => `{"k${at % 90}" : 1,"m${at}":[2]}`).join()}]`,
  'a million lists in each other': '['.repeat(1_000_000),
  'a million empty objects': `[${'{},'.repeat(1_000_000)}{}]`,
  'a million numbers': `[${'1,'.repeat(1_000_000)}1]`,
}

for (const [name, text] of Object.entries(bombs)) {
  test(`${name} are refused before they are built`, () => {
    expect(() => parseBoundedJson(bytes(text))).toThrow(/it has over/)
  })
}

test('what is no JSON, or not UTF-8, is refused in a sentence', () => {
  const junk = [
    bytes(''),
    bytes('{"a":'),
    bytes('['),
    Uint8Array.of(0x22, 0xff, 0x22),
    bytes(`"${'x'.repeat(5_000)}\\`),
  ]
  for (const one of junk) expect(() => parseBoundedJson(one)).toThrow('the message is not JSON in UTF-8')
})
