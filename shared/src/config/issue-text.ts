import type { z } from 'zod'

export type Path = readonly (string | number)[]

const SECRETS: ReadonlySet<string> = new Set([
  ...['community', 'authKey', 'privKey', 'password', 'bearerToken'],
  // Of a webhook: many carry their secret in the path.
  'url',
])

/** Whether what stands there must not be shown: a secret, or a place where people write one by mistake. */
export function isSecretPath(path: Path): boolean {
  const [, section, , option] = path
  // `switches: public` in place of `switches: { community: public }`
  if (section === 'credentials' && option === undefined) return true
  return path.some((part) => SECRETS.has(String(part)))
}

/** What is wrong with one value: what is allowed, and what was found unless it is secret. */
export function describeIssue(issue: z.core.$ZodIssue, root: unknown, path: Path): string {
  const value = valueAt(root, path)
  if (value === undefined) return `it is missing; ${allowed(issue, value)}`
  const found = isSecretPath(path) ? 'what was found is not shown' : `found ${shown(value)}`
  return `${allowed(issue, value)}; ${found}`
}

function allowed(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${EXPECTED[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `expected one of ${issue.values.map((value) => String(value)).join(', ')}`
    case 'invalid_union':
      // YAML reads `version: 3` as a number.
      if (typeof value === 'number') return `expected a text in quotes, such as "${value}"`
      return 'expected one of the kinds that config.example.yaml shows'
    case 'too_small':
      return `expected ${SIZED[issue.origin] ?? 'a number'} of at least ${issue.minimum}`
    case 'too_big':
      return `expected ${SIZED[issue.origin] ?? 'a number'} of at most ${issue.maximum}`
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `expected a valid ${issue.format}` : `expected ${issue.message}`
    default:
      return issue.message
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with options',
  record: 'a section with names',
}

const SIZED: Readonly<Record<string, string>> = { string: 'a text', array: 'a list', int: 'a whole number' }

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, part)
  }
  return value
}

const MAX_SHOWN = 60

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a section'
  const text = JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
