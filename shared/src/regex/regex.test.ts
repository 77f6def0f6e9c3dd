import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileMatcher } from '../promql/promql.ts'
import { compileRegex } from './regex.ts'

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(?:ab)', 'c', '\\.')
const piece = fc
  .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{0,2}', '*?', '+?'))
  .map((parts) => parts.join(''))
const branch = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''))
const pattern = fc.array(branch, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'))

test('finds what a backtracking engine finds, with the same groups', () => {
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[abc.]{0,8}$/), (source, text) => {
      const ours = compileRegex(source)
      const theirs = new RegExp(`^(?:${source})$`, 'su')
      expect(ours.test(text)).toBe(theirs.test(text))
      expect(ours.exec(text)?.groups[0]).toBe(theirs.exec(text)?.[0])
    }),
    { numRuns: 2000 },
  )
})

test('replaces as a backtracking engine does', () => {
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[abc.]{0,8}$/), (source, text) => {
      expect(compileRegex(source).replaceAll(text, '<${0}>')).toBe(text.replace(new RegExp(source, 'gsu'), '<$&>'))
    }),
    { numRuns: 2000 },
  )
})

test('a pattern that makes backtracking engines hang is answered after a bounded number of steps', () => {
  expect(compileRegex('(a*)*(a|aa)+(a+)+b').test('a'.repeat(2000))).toBe(false)
})

test('flags, classes, quoting and named groups follow RE2', () => {
  expect(compileRegex('(?i)core-.*').test('CORE-1')).toBe(true)
  expect(compileRegex('.*(?i:C).*').test('abc')).toBe(true)
  expect(compileRegex('[[:digit:]]+\\Q.\\E\\d').test('12.3')).toBe(true)
  expect(compileRegex('(?P<port>\\w+)/(\\d+)').replaceAll('Gi/1 Te/2', '${port}-$2')).toBe('Gi-1 Te-2')
})

test.each(['(?=a)', '(a)\\1', 'a**', '[b-a]', '(', 'a{2000}', '(?:(?:(?:a{100}){100}){100})'])(
  '%s is refused',
  (source) => {
    expect(() => compileRegex(source)).toThrow(/regular expression/)
  },
)

test('a label that is absent counts as the empty string', () => {
  expect(compileMatcher({ name: 'a', op: '!~', value: 'x.*' })('')).toBe(true)
  expect(compileMatcher({ name: 'a', op: '=~', value: 'x|y|' })('')).toBe(true)
})
