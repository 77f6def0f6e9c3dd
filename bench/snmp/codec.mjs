// Codec and transport side by side: EyeNet, npm net-snmp and snmpbulkwalk read the same tables of the same agents.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { TICKS_PER_SECOND } from '../agent/processes.mjs'
import { measureInTurns, report } from '../measure.mjs'
import {
  INTERFACE_COLUMNS,
  PROCESS_COLUMNS,
  startClient,
  startReplay,
  startSite,
  startSnmpd,
  V3_USER,
} from './agents.mjs'

const WALK = 'snmpbulkwalk'
/** Varbinds of one round of EyeNet, so that code is warm and chance evens out; the others, slower, read an eighth. */
const ROUND_VARBINDS = 1_000_000
/** snmpd itself takes so long for one that a round is shorter. */
const SNMPD_VARBINDS = 200_000
const ROUND_WALKS = 10

/** Resolves to one report per agent. */
export async function benchCodec(rounds, say) {
  const results = []
  for (const [name, start] of Object.entries(AGENTS)) {
    const agent = await start()
    if (agent === null) {
      say(`${name}: not on this machine, left out`)
      continue
    }
    try {
      results.push(await benchAgent({ name, agent, rounds, say }))
    } finally {
      await agent.stop()
    }
  }
  return results
}

const AGENTS = {
  "Debian's snmpd, processes": async () => withRows(await startSnmpd(), PROCESS_COLUMNS),
  "Debian's snmpd, processes, v3 authPriv": async () => withRows(await startSnmpd(), PROCESS_COLUMNS, V3_USER),
  'a recording with 65 interfaces': async () => withColumns(await startReplay()),
  '1 simulated device x 100 interfaces': async () => withColumns(await startSite({ devices: 1, interfaces: 100 })),
  '50 simulated devices x 50 interfaces': async () => withColumns(await startSite({ devices: 50, interfaces: 50 })),
}

const withColumns = (agent) => agent && { ...agent, columns: INTERFACE_COLUMNS }

/** A table whose length is known only once it was read; a few rows are left out, since processes come and go. */
async function withRows(agent, columns, credential) {
  if (agent === null) return null
  const [target] = agent.targets
  const text = walk(target, columns[0], credential).stdout
  const rows = text === undefined ? 20 : text.trim().split('\n').length - 5
  return { ...agent, targets: [{ ...target, rows }], columns, credential }
}

async function benchAgent({ name, agent, rounds, say }) {
  const { targets, columns, credential } = agent
  const plan = { targets, columns, credential }
  const perPoll = targets.reduce((sum, { rows }) => sum + rows * columns.length, 0)
  const polls = Math.max(1, Math.ceil((name.includes('snmpd') ? SNMPD_VARBINDS : ROUND_VARBINDS) / perPoll))
  const fitting = Math.max(1, Math.floor(64 / columns.length))
  const clients = {
    'EyeNet, sizes as it learns them': await startClient('eyenet', plan),
    'EyeNet, 64 varbinds per answer': await startClient('eyenet', { ...plan, repetitions: fitting }),
    'npm net-snmp, 64 per answer': await startClient('net-snmp', { ...plan, repetitions: fitting }),
  }
  const contenders = Object.fromEntries(
    Object.entries(clients).map(([who, client]) => [
      who,
      async () => {
        const { cpuUs, varbinds } = await client.round(who.startsWith('npm') ? Math.ceil(polls / 8) : polls)
        return cpuUs / varbinds
      },
    ]),
  )
  if (walk(targets[0], columns[0], credential).stdout === undefined) say(`${WALK}: not on this machine, left out`)
  else contenders[`${WALK}, each walk a process`] = () => walks({ target: targets[0], columns, credential })
  try {
    const values = await measureInTurns(contenders, rounds)
    const result = report({ title: `codec and transport: ${name}`, unit: 'CPU us per varbind', values })
    const medians = result.rows.map((row) => row.median)
    say(
      `  EyeNet costs ${(medians[1] / medians[2]).toFixed(3)} of npm net-snmp at the same size, ` +
        `${(medians[0] / medians[2]).toFixed(3)} at its own; wanted: 0.25`,
    )
    return result
  } finally {
    for (const client of Object.values(clients)) await client.stop()
  }
}

/** CPU of whole processes, start included: that is what a script that polls with it pays. */
function walks({ target, columns, credential }) {
  let varbinds = 0
  const before = childrenUs()
  for (let at = 0; at < ROUND_WALKS; at++) {
    const table = columns[at % columns.length].replace(/\.\d+$/, '')
    varbinds += walk(target, table, credential).stdout.trim().split('\n').length
  }
  return (childrenUs() - before) / varbinds
}

/** CPU microseconds of all children that have ended, from the kernel's account of this process. */
function childrenUs() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')
  return ((Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND) * 1e6
}

function walk({ address, port, community }, oid, credential) {
  const who = credential
    ? [
        '-v3',
        '-l',
        'authPriv',
        '-u',
        credential.user,
        '-a',
        'SHA',
        '-A',
        credential.authKey,
        '-x',
        'AES',
        '-X',
        credential.privKey,
      ]
    : ['-v2c', '-c', community]
  const { stdout, status } = spawnSync(WALK, [...who, '-Cr50', '-On', '-m', '', `${address}:${port}`, oid], {
    encoding: 'utf8',
  })
  return { stdout: status === 0 ? stdout : undefined }
}
