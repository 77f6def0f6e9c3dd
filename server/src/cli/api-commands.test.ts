import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withDatabase } from './data-folder.ts'
import { discoveryCommand } from './discovery.ts'
import { type Ended, runCommand } from './run-command.testkit.ts'
import { topologyCommand } from './topology.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/eyenet-server.js', import.meta.url))
const isBuilt = existsSync(fileURLToPath(new URL('../../dist/cli/cli.js', import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), 'eyenet-cli-api-'))
const children: ChildProcess[] = []
const servers: Server[] = []
afterAll(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const server of servers.splice(0)) server.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...words: readonly string[]): Promise<Ended> => runCommand([topologyCommand(), discoveryCommand()], words)

const EVIL = 'core\u001b[2J\u009b\u202e-1'
const [ONE, TWO] = ['0190bbbb-0000-7000-8000-000000000001', '0190bbbb-0000-7000-8000-000000000002']
const AT = Date.UTC(2026, 5, 1)
const node = (id: string, name: string) => ({
  id,
  kind: 'device',
  device: id,
  name,
  site: 'lab',
  role: 'switch',
  place: '',
})
const link = {
  ...{ id: 'l1', layer: 'l2', kind: 'ethernet', a: { node: ONE, port: 'Gi1/0/1' }, b: { node: TWO }, members: [] },
  ...{ confidence: 0.9, evidence: [], state: 'down', vlans: [], speedBps: 1e10, since: AT },
}
const event = { seq: 1, at: AT, kind: 'link-lost', text: `${EVIL} is lost`, cause: 'time', devices: [ONE] }
const item = {
  ...{ id: ONE, site: 'lab', agent: TWO, state: 'new', name: EVIL, macs: [], role: 'printer', roleEvidence: '' },
  ...{ addresses: [{ address: '192.0.2.7', lastSeenAt: AT }], vendor: '', model: '', serial: '', hostname: '' },
  ...{ sysName: '', sysDescr: '', sysObjectId: '', ports: [], how: [], seenBy: [] },
  ...{ firstSeenAt: AT, lastSeenAt: AT },
}
const rule = { name: 'no phones', enabled: true, action: 'ignore', when: { roles: ['phone'] } }

/** Answers as the API does, out of a table; what is asked is kept. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  'GET /api/v1/topology': {
    at: AT,
    seq: 1,
    nodes: [node(ONE, EVIL), node(TWO, 'core-2'), node(ONE.replace(/1$/, '3'), 'y'.repeat(255))],
    links: [link],
    vlans: [],
  },
  'GET /api/v1/topology/path': { from: ONE, to: TWO, hops: [{ node: ONE, link: 'l1' }, { node: TWO }], cuts: ['l1'] },
  'GET /api/v1/topology/events': { items: [event], total: 3 },
  'GET /api/v1/topology/diff': {
    ...{ from: AT, to: AT + 1_000, events: 2, nodes: { added: [node(TWO, EVIL)], removed: [], changed: [] } },
    links: { added: [], removed: [], changed: [{ before: { ...link, state: 'up' }, after: link }] },
  },
  'GET /api/v1/topology/export': `graph {\n"${EVIL}"\n}\n`,
  'GET /api/v1/discovery/inbox': { items: [item], total: 1 },
  'POST /api/v1/discovery/inbox/accept': {
    results: [
      { id: ONE, ok: true, device: ONE },
      { id: TWO, ok: false, problem: `it is watched already, as ${EVIL}` },
    ],
  },
  'POST /api/v1/discovery/inbox/ignore': { results: [{ id: ONE, ok: true }] },
  'GET /api/v1/discovery/rules': { rules: [rule], changedAt: AT, changedBy: EVIL },
  'POST /api/v1/discovery/rules/try': { looked: 4, untouched: 3, rules: [{ ...rule, count: 1, examples: [] }] },
  'GET /api/v1/discovery': {
    agents: [],
    inbox: { new: 0, known: 0, accepted: 0, ignored: 0 },
    dropped: 0,
  },
}
const asked: { readonly what: string; readonly query: string; readonly body: string; readonly token: string }[] = []

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

let url = ''
let token = ''
beforeAll(async () => {
  token = join(folder, 'token')
  writeFileSync(token, 'eyn_good\n')
  const server = createServer(async (request, response) => {
    const place = new URL(request.url ?? '', 'http://localhost')
    const what = `${request.method} ${place.pathname}`
    const body = await bodyOf(request)
    asked.push({ what, query: place.search, body, token: request.headers.authorization ?? '' })
    const answer = ANSWERS[what]
    if (request.headers.authorization !== 'Bearer eyn_good' || answer === undefined) {
      const refused = { type: 'about:blank', title: '', status: 403, code: 'forbidden', detail: `not for ${EVIL}` }
      response.writeHead(403).end(JSON.stringify(refused))
      return
    }
    response.writeHead(200).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})

const ask = (...words: readonly string[]) => run(...words, '--server', url, '--token-file', token)
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

describe('commands that ask a running server', () => {
  test('links, a way, changes and differences are tables with units, in which no name steers the terminal', async () => {
    const [show, nodes, path, events, diff, dot, json] = [
      await ask('topology', 'show', '--at', '2h'),
      await ask('topology', 'show', '--nodes'),
      await ask('topology', 'path', 'CORE-2', ONE),
      await ask('topology', 'events', '--kind', 'link-lost', 'link-added', '--limit', '1'),
      await ask('topology', 'diff', '--from', '1d'),
      await ask('topology', 'export', '--format', 'dot'),
      await ask('topology', 'show', '--json'),
    ]
    expect(show.out).toMatch(/^3 devices, 1 link \(1 down\), as of 2026-06-01T00:00:00Z\n\nfrom +port +to +port/)
    expect(show.out).toMatch(/Gi1\/0\/1 +core-2 +\? +l2 +ethernet +10 Gbit\/s +down +90 %/)
    expect(nodes.out).toMatch(/core \[2J -1 +device +switch +lab/)
    expect(nodes.out).toMatch(/\ny{47}… +device/)
    expect(path).toMatchObject({ status: 0, out: expect.stringContaining('What is on every way cuts them off') })
    expect(events.out).toMatch(/link-lost +core \[2J -1 is lost +time\n2 older ones/)
    expect(diff.out).toMatch(/~ +link +.*state up > down/)
    expect(JSON.parse(json.out)).toMatchObject({ nodes: [{ name: EVIL }, {}, {}] })
    for (const { status, out, err } of [show, nodes, path, events, diff, dot, json]) {
      expect({ status, err, steers: STEERS.test(out) }).toEqual({ status: 0, err: '', steers: false })
    }
    expect(asked.find(({ query }) => query.includes('link-lost'))?.query).toContain('kind=link-lost%2Clink-added')
  })

  test('entries are listed and decided about, and what was not done has a reason and a status', async () => {
    const rules = join(folder, 'rules.json')
    writeFileSync(rules, JSON.stringify({ rules: [rule] }))
    const [inbox, accepted, ignored, listed, tried, networks, bad] = [
      await ask('discovery', 'inbox', '--role', 'printer'),
      await ask('discovery', 'accept', ONE, TWO, '--interval', '60'),
      await ask('discovery', 'ignore', ONE, '--json'),
      await ask('discovery', 'rules'),
      await ask('discovery', 'rules', '--try', rules),
      await ask('discovery', 'networks'),
      await ask('discovery', 'rules', '--set', token),
    ]
    expect(inbox.out).toMatch(/new +core \[2J -1 +192\.0\.2\.7 +lab +printer +- +- +no/)
    expect(accepted).toMatchObject({
      status: 73,
      out: expect.stringMatching(/not done +it is watched already.*\n1 of 2 done/),
    })
    expect(asked.find(({ what }) => what.endsWith('/accept'))?.body).toBe(
      JSON.stringify({ ids: [ONE, TWO], intervalSeconds: 60 }),
    )
    expect([ignored.status, JSON.parse(ignored.out).results]).toEqual([0, [{ id: ONE, ok: true }]])
    expect(listed.out).toMatch(/1 +no phones +ignore +on +roles phone\nset 2026-06-01T00:00:00Z by core \[2J -1/)
    expect(tried.out).toContain('4 new entries looked at, no rule is about 3; nothing was changed')
    expect(networks.out).toContain('No agent is enrolled')
    expect(bad).toMatchObject({ status: 65, err: expect.stringContaining(token) })
    expect([inbox, accepted, listed, tried].some(({ out }) => STEERS.test(out))).toBe(false)
  })

  test('what is wrong has a sentence and a status of its own', async () => {
    const wrongToken = join(folder, 'wrong')
    writeFileSync(wrongToken, 'eyn_wrong')
    const to = ['--server', url]
    const ends = [
      await run('topology', 'show', ...to, '--token-file', wrongToken),
      await run('topology', 'show', '--server', 'http://127.0.0.1:1', '--token-file', token),
      await run('topology', 'show', '--server', 'ftp://x', '--token-file', token),
      await run('topology', 'show', ...to, '--data', join(folder, 'none')),
      await ask('topology', 'path', 'nobody', ONE),
      await ask('topology', 'show', '--at', 'yesterday'),
      await ask('topology', 'events', '--limit', '0'),
      await ask('topology', 'export'),
      await ask('topology', 'export', '--format', 'dot', '--out', token),
    ]
    expect(ends.map(({ status }) => status)).toEqual([77, 69, 65, 66, 66, 65, 65, 'usage', 73])
    expect(ends.at(-1)?.err).toBe(`there is a file ${token} already; remove it, or name a new one`)
    expect(readFileSync(token, 'utf8')).toBe('eyn_good\n')
    expect(ends.every(({ out, err }) => out === '' && err !== '' && !STEERS.test(err.replaceAll('\n', '')))).toBe(true)
  })

  test.skipIf(!isBuilt)(
    'on the machine of the server it needs no token: one is made for the command, and gone after it',
    {
      timeout: 240_000,
    },
    async () => {
      const data = join(folder, 'data')
      const words = ['run', '--ready-json', '--data', data, '--listen', '127.0.0.1:0', '--mqtt-listen', '127.0.0.1:0']
      const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ['ignore', 'pipe', 'ignore'] })
      children.push(child)
      const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
      const at = ['--server', JSON.parse(line).url, '--data', data]
      const map = await run('topology', 'show', ...at)
      expect(map).toMatchObject({ status: 0, out: expect.stringContaining('The map is empty') })
      const inbox = await run('discovery', 'inbox', ...at)
      expect(inbox).toMatchObject({ status: 0, out: expect.stringContaining('Nothing that is new is in the inbox') })
      const undone = await run('discovery', 'undo', ONE, ...at, '--json')
      expect([undone.status, JSON.parse(undone.out).results[0].ok]).toEqual([73, false])
      const names = await withDatabase(data, (db) => db.selectFrom('api_tokens').select('name').execute())
      expect(names).toEqual([])
    },
  )
})
