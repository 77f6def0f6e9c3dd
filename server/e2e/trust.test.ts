import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { AgentId, epochMs } from '@eyenet/shared/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../src/db/db.ts'
import { requestOf } from '../src/pki/certificate-request.testkit.ts'
import { openAuthority, recordIssued } from '../src/pki/pki.ts'
import { openVault } from '../src/vault/vault.ts'
import { AgentProcess } from './agent-process.testkit.ts'
import { runChild, startChild } from './child.testkit.ts'
import { type ServerProcess, startServer } from './server-process.testkit.ts'
import { AGENT, freePort, SERVER, Stage } from './stage.testkit.ts'
import { until } from './until.testkit.ts'

const DAY_MS = 86_400_000
/** Many processes are started one after the other. */
const SLOW = { timeout: 240_000 }

const stage = new Stage()
afterAll(() => stage.close())

let server: ServerProcess
beforeAll(async () => {
  server = await startServer(stage, { mqtt: { tls: { mode: 'on' } } })
})

async function pki(...words: string[]) {
  const done = await runChild(process.execPath, [SERVER, 'pki', ...words, '--data', server.data])
  expect(done.stderr).toBe('')
  return done.stdout
}

const connected = (id: string) =>
  until(`${id} is connected`, async () => (await server.api.agent(id)).state === 'connected')

async function running(name: string): Promise<AgentProcess> {
  const agent = await new AgentProcess(stage, name, {}).enrol(server)
  await agent.start()
  await connected(agent.id)
  return agent
}

test(
  'an agent enrols, logs in by its certificate alone, and is cut off when the command line revokes it',
  SLOW,
  async () => {
    const agent = await running('victim')
    expect(agent.identity.mqttPassword).toBeUndefined()
    expect((await server.api.agent(agent.id)).certificateExpiresAt).toBeGreaterThan(Date.now() + 29 * DAY_MS)
    expect(await pki('show')).toContain(`${agent.id}  `)
    await pki('revoke', agent.id)
    await until('it is cut off', async () => (await server.api.agent(agent.id)).state === 'disconnected')
    await until('the agent says why', () => agent.log().includes('removed or revoked there'))
    await server.stop()
    await server.start()
    expect((await server.api.agent(agent.id)).revokedAt).toBeGreaterThan(0)
    await agent.kill()
    await agent.start()
    await until('it is refused after a restart of both', () => agent.log().split('removed or revoked').length > 2)
    expect((await server.api.agent(agent.id)).state).toBe('disconnected')
  },
)

test('a certificate in its last third is renewed, and the new one is in use', SLOW, async () => {
  const agent = await running('old')
  await agent.stop()
  const old = await agedCertificate(agent.id, 25)
  const file = join(agent.data, 'agent.json')
  const identity = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...identity, tls: { ...identity.tls, certificates: [old] } }))
  await agent.start()
  const kept = (): { certificate: string }[] => JSON.parse(readFileSync(file, 'utf8')).tls.certificates
  await until('the new one is the only one', () => kept().length === 1 && kept()[0]?.certificate !== old.certificate)
  await connected(agent.id)
  expect((await server.api.agent(agent.id)).certificateExpiresAt).toBeGreaterThan(Date.now() + 29 * DAY_MS)
  await agent.stop()
  // Who had copied the old one is locked out by the renewal.
  writeFileSync(file, JSON.stringify({ ...identity, tls: { ...identity.tls, certificates: [old] } }))
  await agent.start()
  const notice = await until('the server tells of the old one', async () =>
    (await server.api.agent(agent.id)).notices.find(({ code }) => code === 'certificate-refused'),
  )
  expect(notice.message).toContain('a newer one of the same agent is in use')
  await agent.kill()
})

/** A certificate of that agent in the server's data folder, as if it had been issued so many days ago. */
async function agedCertificate(id: string, days: number): Promise<{ certificate: string; key: string }> {
  const db = await openDatabase(join(server.data, 'control.db'))
  try {
    const at = epochMs(Date.now() - days * DAY_MS)
    const agent = AgentId.parse(id)
    await db.deleteFrom('agent_certificates').where('agent', '=', agent).execute()
    const authority = await openAuthority(db, openVault(join(server.data, 'secret.key')), at)
    const { csr, key } = await requestOf()
    const issued = await authority.signAgent(csr, agent, at)
    await recordIssued(db, agent, { ...issued, at })
    return { certificate: issued.certificate, key }
  } finally {
    await db.destroy()
  }
}

test('a copied data folder is noticed, told with its address, counted, and raises an alert series', SLOW, async () => {
  const original = await running('twin')
  const copy = stage.path('agents/copy')
  cpSync(original.data, copy, { recursive: true })
  const config = stage.write('agents/copy.yaml', JSON.stringify({ agent: { host: { enabled: false } } }))
  const words = [AGENT, 'run', '--config', config, '--data', copy, '--ready-json']
  const second = startChild(process.execPath, words)
  stage.onClose(() => second.kill())
  const notice = await until('the conflict is told', async () =>
    (await server.api.agent(original.id)).notices.find(({ code }) => code === 'identity-conflict'),
  )
  expect(notice.message).toMatch(/Two machines speak .* from 127\.0\.0\.1/)
  await second.kill()
  const expr = `eyenet_agent_identity_conflicts_total{agent="${original.id}"} > 0`
  await until('it is counted', async () => (await server.api.query(expr)).length === 1)
  await original.kill()
})

test(
  'over HTTPS with its own certificate the page answers, and an agent enrols through the name in its token',
  SLOW,
  async () => {
    const [port, mqttPort] = [await freePort(), await freePort()]
    const data = stage.path('encrypted')
    const settings = { listen: `127.0.0.1:${port}`, tls: { mode: 'on' }, mqtt: { listen: `127.0.0.1:${mqttPort}` } }
    const config = stage.write('encrypted.yaml', JSON.stringify({ server: settings }))
    const child = startChild(process.execPath, [SERVER, 'run', '--config', config, '--data', data, '--ready-json'])
    stage.onClose(() => child.kill())
    const ready = JSON.parse(await child.line((line) => line.startsWith('{"event":"ready"')))
    expect(ready.url).toBe(`https://127.0.0.1:${port}/`)
    const run = async (...words: string[]) =>
      (await runChild(process.execPath, [SERVER, ...words, '--data', data])).stdout
    const [ca, token] = [await run('pki', 'ca'), await run('token', 'add', '--name', 't', '--role', 'admin', '--quiet')]
    const enrolment = await post({ port, ca, token: token.trim(), path: '/api/v1/agents/enrolment-tokens' })
    const file = stage.write('enrolment.token', enrolment.token)
    const agent = stage.path('agents/encrypted')
    const words = ['enrol', ready.url, '--token-file', file, '--data', agent]
    const done = await runChild(process.execPath, [AGENT, ...words])
    expect(done).toMatchObject({ status: 0, stderr: '' })
    const wrong = enrolment.token.replace(/\..*/, `.${'A'.repeat(43)}`)
    const forged = ['enrol', ready.url, '--token-file', stage.write('wrong.token', wrong), '--data', agent, '--force']
    const refused = await runChild(process.execPath, [AGENT, ...forged])
    expect(refused.stderr).toContain('is not the one that made this token')
    await child.kill()
  },
)

function post({ port, ca, token, path }: { port: number; ca: string; token: string; path: string }) {
  return new Promise<{ token: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const asked = request({ port, host: '127.0.0.1', path, method: 'POST', ca, headers }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += chunk
      resolve(JSON.parse(text))
    })
    asked.on('error', reject)
    asked.end(JSON.stringify({ site: 'lab' }))
  })
}

test(
  'a certificate for a broker beside the server is good for its names, by the CA that is printed',
  SLOW,
  async () => {
    const out = stage.path('broker')
    await pki('issue-server', 'broker.example.net', '127.0.0.1', '--out', out)
    const [cert, key, ca] = ['server.pem', 'server.key', 'ca.pem'].map((name) => readFileSync(join(out, name), 'utf8'))
    expect(ca?.trim()).toBe((await pki('ca')).trim())
    const { createServer } = await import('node:tls')
    const port = await new Promise<number>((resolve) => {
      const listening = createServer({ cert: cert ?? '', key: key ?? '' }, (socket) => socket.end())
      listening.listen(0, '127.0.0.1', () => {
        const address = listening.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
      stage.onClose(async () => void listening.close())
    })
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'broker.example.net', ca: ca ?? '' })
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
    expect(socket.authorized).toBe(true)
    socket.destroy()
  },
)
