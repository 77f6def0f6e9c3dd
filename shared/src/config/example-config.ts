import { z } from 'zod'
import { EyeNetConfig } from './parse-config.ts'
import { unwrapped } from './schema-path.ts'

/** What may stand in lists and named sections, which are empty by default. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'agent.credentials': [
    'switches: { version: 2c, community: "${file:/etc/eyenet/switches.community}" }',
    'routers:',
    '  version: "3"                 # 1, 2c or 3',
    '  user: eyenet',
    '  authProtocol: sha256         # md5, sha, sha224, sha256, sha384, sha512',
    '  authKey: ${file:/etc/eyenet/routers.auth}',
    '  privProtocol: aes128         # des, aes128, aes256 (Blumenthal), aes256r (Reeder, Cisco)',
    '  privKey: ${file:/etc/eyenet/routers.priv}',
  ],
  'agent.intervals.metrics': ['{ device_storage_used_bytes: 600, device_storage_total_bytes: 600 }'],
  'agent.metrics': [
    '- oid: 1.3.6.1.4.1.32473.1.2.0  # one instance',
    '  name: example_door_open',
    '  kind: gauge                    # gauge or counter',
    '  unit: state',
    '- oid: 1.3.6.1.4.1.32473.1.3.1.4 # a column: one series for each row',
    '  name: example_rack_temperature_celsius',
    '  factor: 0.1',
    '  unit: celsius',
    '  labelsFromIndex: [rack, slot]  # names for the parts of the index',
    '  intervalSeconds: 300',
  ],
  'agent.discovery.networks': ['[192.0.2.0/24, 2001:db8::/64]'],
  'agent.discovery.exclude': ['[192.0.2.200/29, 192.0.2.7]'],
  'agent.discovery.credentials': ['[switches, routers]'],
  'agent.discovery.packetsPerSecond': ['50'],
  'agent.discovery.everySeconds': ['86400'],
  'agent.discovery.ports': ['[22, 23, 80, 443, 445, 554, 631, 3389, 8080, 9100]'],
  'agent.discovery.crawl': ['true'],
  'agent.discovery.passive': ['false'],
  'agent.discovery.silentHosts': ['false'],
  'agent.discovery.traps': ['{ port: 162 }                # or { port: 1162, address: 192.0.2.10 }'],
  'agent.anomaly.bands': ['[icmp_rtt_seconds, device_cpu_ratio]'],
  'agent.targets': [
    '- address: 192.0.2.1           # host name or address',
    '  name: core-1                 # default: what the device says, else its address',
    '  ping: true                   # whether to send ICMP echoes',
    '  intervalSeconds: 30          # default: the interval of the agent',
    '  snmp:                        # without it the device is only pinged',
    '    credential: switches       # a name in `credentials`',
    '    port: 161',
    '    timeoutMs: 2000',
    '    retries: 2',
    '    transport: tcp             # default: udp',
    '    maxRequestsPerSecond: 20   # default: 100',
    '  intervals:                   # default: those of the agent',
    '    sensorsSeconds: 120',
    '    inventorySeconds: 86400',
    '    metrics: { sensor_state: 300 }',
    '  metrics:                     # beside those of the agent, on this device only',
    '    - { oid: 1.3.6.1.4.1.32473.1.5.0, name: example_jobs_total, kind: counter }',
    '- { address: 2001:db8::1, name: upstream }',
  ],
  'server.broker': [
    'kind: external                 # default: embedded, set up under `mqtt`',
    'url: mqtts://broker.example.net:8883',
    'agentUrl: mqtts://edge.example.net:8883   # how agents reach it; default: url',
    'username: eyenet-server',
    'password: ${file:/etc/eyenet/broker.password}',
    'caFile: /etc/eyenet/broker-ca.pem',
    'shareGroup: eyenet             # servers of one group share what agents send (MQTT 5)',
  ],
  'server.store.kind': ['embedded'],
  'server.store.retentionRules': [
    '- match: ifHCInOctets{site="hq"}',
    '  retention: 90d                 # default: that of the store, and so for the tiers',
    '  fiveMinutes: 2y',
    '  oneHour: 10y',
    '- { match: \'{__name__=~"host_.+"}\', retention: 7d, fiveMinutes: 0s, oneHour: 1y }',
  ],
  'server.store.maxBytes': ['50000000000'],
  'server.secrets': ['# made by: head -c 32 /dev/urandom', 'keyFile: /etc/eyenet/vault.key'],
  'server.publicUrl': ['https://eyenet.example.net'],
  'server.tls.names': ['[eyenet.example.net, 192.0.2.10]'],
  'server.tls.certFile': ['/etc/eyenet/page.pem'],
  'server.tls.keyFile': ['/etc/eyenet/page.key'],
  'server.mqtt.publicUrl': ['mqtts://eyenet.example.net:8883'],
  'server.mqtt.tls.names': ['[eyenet.example.net]'],
  'server.mqtt.tls.certFile': ['/etc/eyenet/mqtt.pem'],
  'server.mqtt.tls.keyFile': ['/etc/eyenet/mqtt.key'],
  'server.mqtt.tls.caFile': ['/etc/eyenet/mqtt-ca.pem'],
  'server.alerting.ruleFiles': ['- /etc/eyenet/rules/site.yaml'],
  'server.alerting.webhooks': [
    '- name: chat                   # how it is called in the page',
    '  url: https://hooks.example.net/eyenet',
    '  bearerToken: ${file:/etc/eyenet/chat.token}',
  ],
  'server.alerting.email': [
    'host: mail.example.net',
    'port: 587',
    'security: starttls             # starttls, tls, or none for a mail server on this machine',
    'user: eyenet',
    'password: ${file:/etc/eyenet/mail.password}',
    'from: eyenet@example.net',
    'to: [oncall@example.net]',
  ],
}

const HEAD = [
  'EyeNet: every option with its default. All of them may be left out, and so may the file.',
  'Check a file with: eyenet-agent config check FILE, eyenet-server config check FILE',
  'Secrets: ${file:PATH} stands for what the file holds. An environment variable overrides an option that holds one',
  'value: EYENET_SERVER_MQTT_LISTEN for server.mqtt.listen, EYENET_AGENT_INTERVAL_SECONDS for agent.intervalSeconds.',
  'A running program reads the file again on SIGHUP, and keeps the old settings when the new ones are wrong.',
]

const MAX_COLUMNS = 110

/** The text of config.example.yaml: each option with what it means and its default; what is empty is shown as a comment. */
export function exampleConfig(): string {
  const lines = HEAD.map((line) => `# ${line}`)
  section(EyeNetConfig, [], lines)
  return `${lines.join('\n')}\n`
}

function section(schema: z.ZodObject, path: readonly string[], lines: string[]): void {
  for (const [key, member] of Object.entries(schema.shape)) {
    if (member instanceof z.ZodType) option(member, [...path, key], lines)
  }
}

function option(member: z.ZodType, path: readonly string[], lines: string[]): void {
  const indent = '  '.repeat(path.length - 1)
  const key = path.at(-1) ?? ''
  if (path.length <= 2) lines.push('')
  for (const line of wrapped(member.description ?? '', MAX_COLUMNS - indent.length)) lines.push(`${indent}# ${line}`)
  const inner = unwrapped(member)
  const example = EXAMPLES[path.join('.')]
  if (example !== undefined) {
    const flat = example.length === 1 && !example[0]?.startsWith('-')
    lines.push(flat ? `${indent}# ${key}: ${example[0]}` : `${indent}# ${key}:`)
    if (!flat) for (const line of example) lines.push(`${indent}#   ${line}`)
  } else if (inner instanceof z.ZodObject) {
    const inside: string[] = []
    section(inner, path, inside)
    // A section of nothing but comments would be read as null.
    const isEmpty = inside.every((line) => line.trimStart().startsWith('#'))
    lines.push(`${indent}${isEmpty ? '# ' : ''}${key}:`, ...inside)
  } else {
    lines.push(`${indent}${key}: ${String(member.parse(undefined))}`)
  }
}

function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
