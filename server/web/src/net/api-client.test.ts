import { expect, test } from 'vitest'
import { z } from 'zod'
import { createApiClient } from './api-client.ts'
import { failureSentence } from './failure.ts'

const Thing = z.object({ name: z.string() })

/** Answers in turn; keeps what was asked. */
function fakeServer(...answers: (Response | Error)[]) {
  const asked: string[] = []
  const send = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    asked.push(new Headers(init?.headers).get('authorization') ?? 'nobody')
    const next = answers.shift()
    if (next === undefined || next instanceof Error) throw next ?? new Error('nothing left')
    return next
  }
  return { asked, send }
}

const json = (body: unknown, status = 200): Response => Response.json(body, { status })

test('an answer that fits is a value', async () => {
  const { send } = fakeServer(json({ name: 'core-1' }))
  const request = createApiClient(send, { token: () => 'a', renew: async () => undefined })
  expect(await request({ path: '/x', answer: Thing })).toEqual({ kind: 'ok', value: { name: 'core-1' } })
})

test('an expired token is renewed once and the call is sent again', async () => {
  const { send, asked } = fakeServer(json({}, 401), json({ name: 'core-1' }))
  const request = createApiClient(send, { token: () => 'old', renew: async () => 'new' })
  expect((await request({ path: '/x', answer: Thing })).kind).toBe('ok')
  expect(asked).toEqual(['Bearer old', 'Bearer new'])
})

test('no connection, a strange answer and a problem are told apart', async () => {
  const problem = { type: 'about:blank', title: 'x', status: 409, code: 'conflict', detail: 'It exists already.' }
  const { send } = fakeServer(new TypeError('failed to fetch'), json({ nome: 1 }), json(problem, 409))
  const request = createApiClient(send, { token: () => undefined, renew: async () => undefined })
  const kinds: string[] = []
  for (let count = 0; count < 3; count += 1) {
    const answer = await request({ path: '/x', answer: Thing })
    kinds.push(answer.kind === 'failed' ? failureSentence(answer.failure).slice(0, 18) : 'ok')
  }
  expect(kinds).toEqual(['The server does no', 'The server answere', 'It exists already.'])
})
