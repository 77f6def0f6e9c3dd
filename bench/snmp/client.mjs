// One SNMP client in a process of its own: EyeNet's engine or npm net-snmp. Reads the same columns of every target again
// and again; each message from the parent is one round, answered with what it cost. node client.mjs eyenet|net-snmp PLAN
import { createRequire } from 'node:module'

const [kind, plan] = [process.argv[2], JSON.parse(process.argv[3])]
const MAKERS = { eyenet: eyenetReaders, 'net-snmp': netSnmpReaders }
const readers = await MAKERS[kind](plan)

/** Polls everything `polls` times; CPU microseconds per varbind that was asked for. */
process.on('message', async ({ polls }) => {
  const before = process.cpuUsage()
  let varbinds = 0
  for (let poll = 0; poll < polls; poll++) {
    for (const count of await Promise.all(readers.map((read) => read()))) varbinds += count
  }
  const { user, system } = process.cpuUsage(before)
  process.send({ cpuUs: user + system, varbinds })
})
process.on('disconnect', () => process.exit(0))
process.send('ready')

async function eyenetReaders({ targets, columns, credential, repetitions }) {
  const { createSnmpEngine } = await import('../../agent/dist/snmp/snmp.js')
  const engine = createSnmpEngine()
  return targets.map(({ address, port, community, rows }) => {
    // The budget is for real devices: here it would only wait.
    const target = { address, port, credential: credential ?? { version: '2c', community }, maxRequestsPerSecond: 1e6 }
    const device = engine.device({ ...target, ...(repetitions ? { maxRepetitions: repetitions } : {}) })
    return async () => {
      const outcome = await device.readColumns(columns, { expectRows: rows })
      if (outcome.kind !== 'ok' || outcome.value.stopped !== null) throw new Error(JSON.stringify(outcome.kind))
      return outcome.value.indexes.length * columns.length
    }
  })
}

async function netSnmpReaders({ targets, columns, credential, repetitions = 20 }) {
  const snmp = createRequire(import.meta.url)('net-snmp')
  return targets.map(({ address, port, community, rows }) => {
    const session =
      credential === undefined
        ? snmp.createSession(address, community, { port, version: snmp.Version2c, timeout: 10_000 })
        : snmp.createV3Session(address, theirUser(snmp, credential), { port, timeout: 10_000 })
    const next = (oids, count) =>
      new Promise((resolve, reject) =>
        session.getBulk(oids, 0, count, (error, varbinds) => (error ? reject(error) : resolve(varbinds))),
      )
    return async () => {
      let varbinds = 0
      let oids = columns
      for (let left = rows; left > 0; ) {
        const answer = await next(oids, Math.min(repetitions, left))
        // By column: what a cut answer did not hold for all of them is asked again.
        const got = Math.min(...answer.map((column) => column.length))
        if (got < 1) throw new Error('an answer without values')
        varbinds += got * columns.length
        left -= got
        oids = answer.map((column) => column[got - 1].oid)
      }
      return varbinds
    }
  })
}

function theirUser(snmp, { user, authKey, privKey }) {
  const { authPriv: level } = snmp.SecurityLevel
  const [authProtocol, privProtocol] = [snmp.AuthProtocols.sha, snmp.PrivProtocols.aes]
  return { name: user, level, authProtocol, authKey, privProtocol, privKey }
}
