import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

test('cells with separators, quotes and line breaks are quoted', () => {
  expect(
    toCsv([
      ['a', 'b,c', 'd"e', 'f\ng'],
      [1, undefined, -2],
    ]),
  ).toBe('a,"b,c","d""e","f\ng"\r\n1,,-2\r\n')
})

test('a text that a spreadsheet would run gets an apostrophe', () => {
  expect(toCsv([['=1+1', '+cmd', '-2', '@x', ' =1', '\t=1']])).toBe(`'=1+1,'+cmd,'-2,'@x,' =1,'\t=1\r\n`)
})

test('what a terminal would obey is left out, also in front of a formula', () => {
  expect(toCsv([['\u001b[31mred\u009b2J', '\u0007=1+1', 'two\nlines']])).toBe(`[31mred2J,'=1+1,"two\nlines"\r\n`)
})

test('no text cell begins a formula, whatever a device calls itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const shown = toCsv([[text]]).replace(/^"/, '')
      expect(shown.trimStart()).not.toMatch(/^[=+\-@]/)
    }),
  )
})
