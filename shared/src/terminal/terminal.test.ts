import { expect, test } from 'vitest'
import { completionScript, plainText, textTable } from './terminal.ts'

test('escape codes, bells, line breaks and direction marks of a device do not reach the terminal', () => {
  expect(plainText('core\u001b[31m-1\u0007\r\n\u202e\u009b2J')).toBe('core [31m-1 2J')
})

test('a table aligns its columns', () => {
  expect(
    textTable([
      ['name', 'state'],
      ['core-1', 'ok'],
    ]),
  ).toBe('name    state\ncore-1  ok')
})

const tree = {
  name: 'eyenet-agent',
  options: ['--help'],
  commands: [{ name: 'config', options: [], commands: [{ name: 'check', options: ['--json'], commands: [] }] }],
}

test.each(['bash', 'zsh', 'fish'] as const)(
  'the %s script knows commands, commands below them and their options',
  (shell) => {
    const script = completionScript(tree, shell)
    for (const word of ['config', 'check', 'json']) expect(script).toContain(word)
  },
)
