import { expect, test } from 'vitest'
import { formatProblem, parseConfig } from './config.ts'

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseConfig({
    file: 'eyenet.yaml',
    text,
    environment,
    readSecret: (path) => {
      if (path === '/run/secrets/lab') return 'plum-orchard'
      throw new Error('no such file')
    },
  })

const problems = (text: string, environment: Record<string, string> = {}): readonly string[] => {
  const parsed = parse(text, environment)
  return parsed.kind === 'ok' ? [] : parsed.problems.map(formatProblem)
}

test('an empty file is all defaults', () => {
  const parsed = parse('')
  expect(parsed).toMatchObject({
    kind: 'ok',
    config: { agent: { intervalSeconds: 60 }, server: { listen: '127.0.0.1:8080' } },
  })
})

test('an unknown option names its place and the nearest option', () => {
  expect(problems('agent:\n  intervalSecond: 10\n')).toEqual([
    'eyenet.yaml:2:3: agent.intervalSecond: there is no option `intervalSecond`; did you mean `intervalSeconds`?',
  ])
})

test('a wrong value says what is allowed and what was found', () => {
  expect(problems('server:\n  mqtt: { maxConnections: lots }\nagent:\n  intervalSeconds: 0\n')).toEqual([
    'eyenet.yaml:4:20: agent.intervalSeconds: expected a number of at least 1; found 0',
    'eyenet.yaml:2:27: server.mqtt.maxConnections: expected a number; found "lots"',
  ])
})

test('a credential that is not there is named with those that are', () => {
  const text =
    'agent:\n  credentials: { lab: { version: 2c, community: x } }\n  targets:\n    - address: 192.0.2.1\n      snmp: { credential: labs }\n'
  expect(problems(text)).toEqual([
    'eyenet.yaml:5:27: agent.targets.0.snmp.credential: there is no credential of that name; `credentials` has: lab; found "labs"',
  ])
})

test('secrets come from files, and are not shown when they are wrong', () => {
  const ok = parse('agent:\n  credentials:\n    lab: { version: 2c, community: "${file:/run/secrets/lab}" }\n')
  expect(ok).toMatchObject({ kind: 'ok', config: { agent: { credentials: { lab: { community: 'plum-orchard' } } } } })
  const wrong = problems(
    'agent:\n  credentials:\n    lab: { version: "3", user: u, authProtocol: sha, authKey: abc }\n',
  )
  expect(wrong).toHaveLength(1)
  expect(wrong[0]).toContain('eyenet.yaml:3:')
  expect(wrong[0]).not.toContain('abc')
  expect(problems('agent:\n  credentials:\n    lab: { version: 2c, community: "${file:/gone}" }\n')).toEqual([
    'eyenet.yaml:3:36: agent.credentials.lab.community: the file /gone cannot be read: no such file',
  ])
})

test('YAML that does not parse is located', () => {
  expect(problems('agent:\n  targets: [\n')[0]).toMatch(/^eyenet\.yaml:3:1: /)
  expect(problems('agent: {}\nagent: {}\n')[0]).toMatch(/^eyenet\.yaml:2:1: .*unique/i)
})

test('the environment overrides the file, and a variable that names no option is a mistake', () => {
  const parsed = parse('server: { listen: "127.0.0.1:80" }', {
    EYENET_SERVER_LISTEN: '192.0.2.7:8443',
    EYENET_HOME: '/x',
  })
  expect(parsed).toMatchObject({ kind: 'ok', config: { server: { listen: '192.0.2.7:8443' } } })
  expect(problems('', { EYENET_SERVER_LISTN: 'x' })).toEqual([
    'EYENET_SERVER_LISTN: there is no such option; did you mean EYENET_SERVER_LISTEN?',
  ])
  expect(parse('', { EYENET_AGENT_INTERVAL_SECONDS: '30' })).toMatchObject({
    config: { agent: { intervalSeconds: 30 } },
  })
})

test('a YAML bomb is refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e', 'f', 'g'].map(
      (name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[at]}`).join(',')}]`,
    ),
  ].join('\n')
  expect(problems(bomb)[0]).toMatch(/alias/i)
})

test('a secret written where it does not belong is not shown', () => {
  const text = [
    'agent:',
    '  credentials:',
    '    switches: s3cret-word',
    'server:',
    '  alerting:',
    '    webhooks: [{ name: chat, url: "hooks://ada:s3cret-word@hooks.example.net/s3cret-word" }]',
  ].join('\n')
  const found = problems(text)
  expect(found).toHaveLength(2)
  expect(found.join('\n')).not.toContain('s3cret')
  expect(found[0]).toContain('eyenet.yaml:3:15: agent.credentials.switches: expected a section with options')
})

test('a version of SNMP without quotes says that it needs them', () => {
  const text = 'agent: { credentials: { routers: { version: 3, user: eyenet } } }'
  expect(problems(text)[0]).toContain('expected a text in quotes, such as "3"; found 3')
})

test('a port beyond the last one is refused with the place where it is written', () => {
  expect(parse('server: { listen: "127.0.0.1:65535" }').kind).toBe('ok')
  for (const port of ['65536', '99999', '-1', '']) {
    expect(problems(`server: { listen: "127.0.0.1:${port}" }`)[0]).toContain(
      'expected HOST:PORT with a port up to 65535',
    )
  }
})

test('objects of the own MIB are named with labels from their index, and what is wrong with them is told', () => {
  const metric = (more: string): string =>
    `agent:\n  metrics:\n    - { oid: 1.3.6.1.4.1.32473.1.4, name: rack_celsius, ${more} }\n`
  for (const key of ['labelsFromIndex', 'labels-from-index']) {
    expect(parse(metric(`${key}: [rack, slot]`))).toMatchObject({
      kind: 'ok',
      config: { agent: { metrics: [{ kind: 'gauge', factor: 1, labelsFromIndex: ['rack', 'slot'] }] } },
    })
  }
  const wrong = [metric('labelsFromIndex: [device]'), metric('label: rack'), metric('kind: sum')]
  expect(
    [...wrong, metric('kind: gauge').replace('rack_celsius', 'device_up')].flatMap((text) => problems(text)),
  ).toEqual([
    'eyenet.yaml:3:74: agent.metrics.0.labelsFromIndex: site, device and names that begin with two underscores belong to EyeNet; found a list',
    'eyenet.yaml:3:57: agent.metrics.0.label: there is no option `label`; did you mean `name`?',
    'eyenet.yaml:3:63: agent.metrics.0.kind: expected one of gauge, counter; found "sum"',
    'eyenet.yaml:3:43: agent.metrics.0.name: EyeNet has a metric of this name; choose another; found "device_up"',
  ])
})

test('a rule of retention whose selector is none is named with its place, where selectors are looked at', () => {
  const text =
    'server:\n  store:\n    retentionRules:\n      - { match: "up{", retention: 7d }\n      - { match: up }\n'
  const given = { file: 'eyenet.yaml', text, environment: {}, readSecret: () => '' }
  expect(parseConfig(given).kind).toBe('ok')
  const faultOfSelector = (match: string) => (match === 'up' ? undefined : 'expected a series selector')
  const parsed = parseConfig({ ...given, faultOfSelector })
  expect(parsed.kind === 'invalid' && parsed.problems.map(formatProblem)).toEqual([
    'eyenet.yaml:4:18: server.store.retentionRules.0.match: expected a series selector; found "up{"',
  ])
})

test('units of a duration come in falling order, each once', () => {
  for (const good of ['5y', '400d', '1h30m', '0s'])
    expect(problems(`server: { store: { retention: ${good} } }`)).toEqual([])
  for (const bad of ['5m5m', '30m1h', 'd', '""']) {
    expect(problems(`server: { store: { retention: ${bad} } }`)[0]).toContain('a duration as in Prometheus')
  }
})
