import { MibFile, pageOf } from '@eyenet/shared/api'
import { afterAll, expect, test } from 'vitest'
import { startAgent } from './agent-process.testkit.ts'
import { runChild } from './child.testkit.ts'
import { startServer } from './server-process.testkit.ts'
import { SERVER, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const stage = new Stage()
afterAll(() => stage.close())

const mib = (module: string, number: number) => `${module} DEFINITIONS ::= BEGIN
IMPORTS enterprises, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI;
acme${number} OBJECT IDENTIFIER ::= { enterprises 99999 ${number} }
acmeDoor${number} OBJECT-TYPE
  SYNTAX Integer32
  MAX-ACCESS read-only
  STATUS current
  DESCRIPTION "Doors that are open."
  ::= { acme${number} 1 }
END
`

test('MIB files reach an agent that is connected and one that comes later, by the API and by the command line', {
  timeout: 240_000,
}, async () => {
  const server = await startServer(stage)
  const agent = await startAgent(stage, server, { name: 'first', settings: {} })
  await until('the agent is connected', async () => (await server.api.agent(agent.id)).state === 'connected')
  const files = [{ name: 'ACME-ONE-MIB.txt', text: mib('ACME-ONE-MIB', 1) }]
  const { status, body } = await server.api.send('POST', '/api/v1/mibs', { files })
  expect(status).toBe(200)
  const [added] = pageOf(MibFile).parse(body).items
  expect(added).toMatchObject({
    name: 'ACME-ONE-MIB.txt',
    agents: [{ agent: 'first', ok: true, modules: ['ACME-ONE-MIB'] }],
  })

  const path = stage.write('ACME-TWO-MIB.txt', mib('ACME-TWO-MIB', 2))
  const done = await runChild(process.execPath, [SERVER, 'mib', 'add', path, '--data', server.data])
  expect(done).toMatchObject({ status: 0 })
  await startAgent(stage, server, { name: 'second', settings: {} })
  await until('both agents have both files', async () => {
    const { items } = await server.api.get('/api/v1/mibs', pageOf(MibFile))
    return items.length === 2 && items.every(({ agents }) => agents.filter((one) => one.ok).length === 2)
  })
})
