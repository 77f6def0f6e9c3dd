// Remote tools for the fake API: tasks in every stage, and new ones that run for some seconds.
import { randomUUID } from 'node:crypto'

const HOSTILE = '<img src=x onerror=alert(1)> \u202egnp.exe'

function walkRows(count) {
  const names = ['ifDescr', 'ifType', 'ifMtu', 'ifSpeed', 'ifPhysAddress']
  return Array.from({ length: count }, (_, at) => {
    const column = Math.floor(at / Math.ceil(count / names.length))
    const index = (at % Math.ceil(count / names.length)) + 1
    const text = [`GigabitEthernet1/0/${index}`, 'ethernetCsmacd(6)', '1500', '1000000000', '00:1b:21:0a:0b:0c'][column]
    return {
      ...{ oid: `1.3.6.1.2.1.2.2.1.${column + 2}.${index}`, name: `IF-MIB::${names[column]}.${index}` },
      ...{ type: column === 0 ? 'OctetString' : 'Integer', text: at === 3 ? HOSTILE : text },
    }
  })
}

const HOPS = [
  { hop: 1, addresses: ['192.0.2.1'], rtts: [0.000345, 0.000301, 0.000298] },
  { hop: 2, addresses: [], rtts: [] },
  { hop: 3, addresses: ['198.51.100.9', '198.51.100.10'], rtts: [0.0042, 0.0051] },
  { hop: 4, addresses: ['2001:db8:85a3:8d3:1319:8a2e:370:7348'], rtts: [0.0105, 0.011, 0.0109] },
]

const diagnosis = (now) => ({
  ...{ version: '0.1.0', node: 'v20.18.1', platform: 'linux x64', hostname: 'mon-1.example.net' },
  ...{ startedAt: now - 6 * 86_400_000, at: now - 60, memoryBytes: 148_897_792, heapBytes: 61_202_432 },
  ...{ cpuSeconds: 8_412, devices: 12 },
  polls: { started: 103_680, failed: 412, late: 3, skipped: 0, running: 2 },
  buffer: { samples: 214, bytes: 81_920, oldest: now - 4_000, droppedSamples: 0 },
  uplink: { connectedSince: now - 86_400_000, revision: 12, signingKeys: ['Zk1a9Q', 'p0Lm2x'] },
  refused: { expired: 2, replayed: 0 },
  log: Array.from({ length: 60 }, (_, at) =>
    at === 58
      ? `warn poll: ${HOSTILE}`
      : `${new Date(now - (60 - at) * 41_000).toISOString()} info poll: core-${at % 4} answered after ${20 + at} ms`,
  ),
})

export function makeTasks(scenario, { agents, devices, now, idOf }) {
  if (scenario === 'empty' || scenario === 'bare' || scenario === 'well' || agents[0] === undefined) return []
  const agent = agents[0].id
  const core = devices[0]?.id
  const made = (name, ago, more) => ({
    ...{ id: idOf(`task-${name}`), agent, by: 'mira', at: now - ago, state: 'done', endedAt: now - ago + 2_000 },
    ...more,
  })
  const whole = { ended: 'whole', message: '' }
  return [
    made('running', 4_000, {
      ...{ kind: 'snmp-walk', about: `1.3.6.1 of ${core}`, state: 'running', endedAt: undefined },
      progress: { done: 2_300, at: '1.3.6.1.2.1.31.1.1.1.6.10101' },
    }),
    made('walk', 70_000, {
      ...{ kind: 'snmp-walk', about: `ifTable of ${core}` },
      result: {
        ...{ kind: 'snmp-walk', ended: 'limit', rows: walkRows(1_000) },
        message: 'There is more: a reply holds 1000 values here, and 49152 octets at most.',
      },
    }),
    made('ping', 130_000, {
      ...{ kind: 'ping', about: '192.0.2.10', by: 'oncall' },
      result: {
        ...{ kind: 'ping', ended: 'whole', message: '192.0.2.10 answered 4 of 5.', sent: 5, received: 4 },
        ...{ minSeconds: 0.00091, meanSeconds: 0.0013, maxSeconds: 0.0021 },
      },
    }),
    made('trace', 200_000, {
      ...{ kind: 'traceroute', about: 'www.example.net' },
      result: { kind: 'traceroute', ...whole, message: '2001:db8::1 is 4 hops away.', hops: HOPS },
    }),
    made('get', 260_000, {
      ...{ kind: 'snmp-get', about: `sysName.0, sysDescr.0 of ${core}` },
      result: { kind: 'snmp-get', ...whole, rows: walkRows(4) },
    }),
    made('silent', 320_000, {
      ...{ kind: 'snmp-walk', about: 'system of 192.0.2.77' },
      result: {
        ...{ kind: 'snmp-walk', ended: 'failed', rows: [] },
        message:
          'No answer from 192.0.2.77 port 161 within 2 s, three tries. Check the community, and that SNMP is allowed from the agent.',
      },
    }),
    made('diagnose', 400_000, {
      ...{ kind: 'diagnose', about: 'the agent itself' },
      result: { kind: 'diagnose', ...whole, diagnosis: diagnosis(now) },
    }),
    made('lost', 500_000, {
      ...{ kind: 'traceroute', about: '203.0.113.9', state: 'failed' },
      problem: 'the agent did not reply within 80 s; see its page',
    }),
  ]
}

/** `parts`: agents, ID, tasks, TASK. */
export function taskAnswer(site, { method, parts, body }, { json, page, problem }) {
  const one = site.tasks.find(({ id }) => id === parts[3])
  if (parts[3] !== undefined && one === undefined)
    return problem(404, ['not_found', 'there is no task of that id; results are kept for 15 minutes'])
  if (method === 'DELETE') {
    const result = { kind: one.kind, ended: 'cancelled', message: 'It was stopped.', rows: walkRows(40) }
    Object.assign(one, { state: 'done', endedAt: Date.now(), result })
    return { status: 204 }
  }
  if (method === 'GET') return json(one ?? page(site.tasks.filter(({ agent }) => agent === parts[1])))
  const sent = JSON.parse(body)
  if (sent.address === '192.0.2.99')
    return problem(409, ['conflict', 'the agent berlin (version 0.1.0) cannot do this; update it'])
  const task = {
    ...{ id: randomUUID(), agent: parts[1], kind: sent.kind, about: sent.address ?? sent.from ?? 'core-1', by: 'mira' },
    ...{ at: Date.now(), state: 'running', progress: { done: 2, at: sent.address ?? '1.3.6.1.2.1.1.5.0' } },
  }
  site.tasks.unshift(task)
  return json(task, 202)
}
