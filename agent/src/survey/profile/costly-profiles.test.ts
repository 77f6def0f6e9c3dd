import { expect, test } from 'vitest'
import { parseProfile } from './parse-profile.ts'

/** As many as a server may send. */
const CHARACTERS = 262_144
const times = (part: string): string => part.repeat(Math.floor(CHARACTERS / part.length))
const filled = (line: (index: number) => string): string =>
  Array.from({ length: CHARACTERS / 16 }, (_, index) => line(index)).join('\n')

const COSTLY: Readonly<Record<string, string>> = {
  'lists in each other': `match: ${'['.repeat(CHARACTERS / 2)}${']'.repeat(CHARACTERS / 2)}`,
  'lists that never end': `match: ${times('[')}`,
  'mappings in each other': `match: ${times('{a: ')}`,
  'lists by dashes': times('- '),
  'keys that are mappings': times('? '),
  'ever deeper lines': Array.from({ length: 700 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  'many names': filled((index) => `k${index}: 1`),
  'one name again and again': filled(() => 'a: 1'),
  'a long list': `match:\n${filled(() => '  - a')}`,
}

test.each(Object.entries(COSTLY))('a profile of %s is refused before it costs anything', (_name, text) => {
  const parsed = parseProfile('x', 'x.yaml', text)
  expect(parsed.kind === 'invalid' ? parsed.problems.map(({ message }) => message) : []).toEqual([
    'it has over 64 lists or mappings in each other, or over 2000 members in one',
  ])
})

test('of names that are no options the first twenty are told', () => {
  const text = Array.from({ length: 1_000 }, (_, index) => `k${index}: 1`).join('\n')
  const parsed = parseProfile('x', 'x.yaml', text)
  expect(parsed.kind === 'invalid' ? parsed.problems.length : 0).toBe(20)
})
