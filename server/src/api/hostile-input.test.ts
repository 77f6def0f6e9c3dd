import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALERT, apiWorld, DEVICE } from './api.testkit.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '__proto__',
    '0',
    '-1',
    '1e999',
    'NaN',
    '9'.repeat(400),
    "' OR 1=1 --",
    '../../etc/passwd',
    '\u0000',
    '{{x}}',
    'x[',
    'rate(x',
  ),
)
const fields = fc.dictionary(
  fc.oneof(
    text,
    fc.constantFrom(
      'query',
      'start',
      'end',
      'step',
      'time',
      'timeout',
      'match[]',
      'limit',
      'cursor',
      'state',
      'device',
      'lookback_delta',
    ),
  ),
  text,
  { maxKeys: 6 },
)
const body = fc.oneof(
  fc.json({ maxDepth: 4 }),
  text,
  fc
    .record(
      {
        username: text,
        password: text,
        role: text,
        name: text,
        address: text,
        site: text,
        token: text,
        expiresAt: fc.double(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
)

test('no input whatever makes a route fail, whoever sends it', async () => {
  const { api, ask, tokens, log } = await apiWorld()
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...api.endpoints.filter((one) => one.path !== '/readyz')),
      fc.record({
        id: fc.oneof(text, fc.constantFrom<string>(DEVICE, ALERT)),
        fields,
        body,
        form: fc.boolean(),
        role: fc.constantFrom('admin', 'viewer', 'nobody'),
      }),
      async ({ method, path }, input) => {
        const place = encodeURIComponent(Buffer.from(input.id).toString()) || 'x'
        const query = new URLSearchParams(input.fields).toString()
        const type = input.form ? 'application/x-www-form-urlencoded' : 'application/json'
        const headers = { authorization: `Bearer ${tokens.get(input.role) ?? 'x'}`, 'content-type': type }
        const sent = method === 'get' ? {} : { body: input.form ? query : input.body }
        const response = await ask(`${path.replace(/\{\w+\}/, place)}?${query}`, {
          method: method.toUpperCase(),
          headers,
          ...sent,
        })
        await response.text()
        expect([path, response.status, log]).toEqual([path, expect.toSatisfy((status: number) => status < 500), []])
      },
    ),
    { numRuns: 600 },
  )
})
