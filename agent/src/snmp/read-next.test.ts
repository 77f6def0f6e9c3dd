import { afterEach, expect, test } from 'vitest'
import { PDU } from './message.ts'
import { INTERFACE_COLUMNS, interfaceMib, mibAnswers, udpResponder } from './responder.testkit.ts'
import { createSnmpEngine, type SnmpTarget } from './snmp.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function deviceThat(
  answer: Parameters<typeof udpResponder>[0],
  version: '1' | '2c',
  extra: Partial<SnmpTarget> = {},
) {
  const responder = await udpResponder(answer)
  const engine = createSnmpEngine()
  closers.push(responder.close, () => engine.close())
  const credential = { version, community: 'public' }
  return engine.device({ address: '127.0.0.1', port: responder.port, credential, ...extra })
}

const [first = ''] = INTERFACE_COLUMNS
const BEHIND_ALL = '1.3.6.1.2.1.32'

for (const version of ['1', '2c'] as const) {
  test(`what follows each of many names is told in one go, v${version}`, async () => {
    const device = await deviceThat(mibAnswers(interfaceMib(2)), version)
    const outcome = await device.next([first, BEHIND_ALL, `${first}.1`])
    if (outcome.kind !== 'ok') throw new Error(outcome.kind)
    expect(outcome.value.map((varbind) => varbind?.oid)).toEqual([`${first}.1`, undefined, `${first}.2`])
  })
}

test('a device that answers but ignores GETBULK is read by GETNEXT, and not asked by GETBULK again', async () => {
  let bulks = 0
  const answers = mibAnswers(interfaceMib(3))
  const answer: Parameters<typeof udpResponder>[0] = (question) => {
    if (question.pduTag === PDU.getBulk) bulks++
    return question.pduTag === PDU.getBulk ? null : answers(question)
  }
  const device = await deviceThat(answer, '2c', { timeoutMs: 200, retries: 0 })
  await device.next([first])
  const outcome = await device.readColumns([first])
  expect(outcome).toMatchObject({ kind: 'ok', value: { indexes: ['1', '2', '3'], stopped: null } })
  await device.readColumns([first])
  expect(bulks).toBe(1)
})
