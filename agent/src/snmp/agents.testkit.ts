import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privacy } from './usm-privacy.ts'

const netSnmp = createRequire(import.meta.url)('net-snmp')

/** net-snmp's own DES needs a cipher that OpenSSL 3 does not offer: with this its agent has it. */
function giveDes(): void {
  const { Authentication, Encryption, PrivProtocols } = netSnmp
  const cipher = (secret: string, authProtocol: number, { engineID }: { engineID: Buffer }) =>
    privacy('des', Authentication.passwordToKey(authProtocol, secret, engineID).subarray(0, 16))
  Object.assign(Encryption.algorithms[PrivProtocols.des], {
    encryptPdu(...[pdu, , secret, authProtocol, engine]: [Buffer, number, string, number, { engineID: Buffer }]) {
      const des = cipher(secret, authProtocol, engine)
      const salt = Buffer.concat([Buffer.from([0, 0, 0, 1]), randomBytes(4)])
      const encryptedPdu = Buffer.alloc(des.sizeOf(pdu.length))
      pdu.copy(encryptedPdu)
      des.encrypt(encryptedPdu, [0, pdu.length], { boots: 0, time: 0, salt })
      return { encryptedPdu, msgPrivacyParameters: salt }
    },
    decryptPdu(
      ...[pdu, , salt, secret, authProtocol, engine]: [Buffer, number, Buffer, string, number, { engineID: Buffer }]
    ) {
      return cipher(secret, authProtocol, engine).decrypt(pdu, { boots: 0, time: 0, salt })
    },
  })
}

export const SNMPD = '/usr/sbin/snmpd'
export const hasSnmpd = existsSync(SNMPD)

export type TestUser = { name: string; auth?: string; priv?: string; authKey: string; privKey: string }

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

export type SnmpdOptions = {
  readonly atPort?: number
  /** Further lines of snmpd.conf. */
  readonly lines?: readonly string[]
  /** Where it listens beside UDP on 127.0.0.1, of the same port, such as `tcp:127.0.0.1`. */
  readonly also?: readonly string[]
  /** Its state, for one that is to start again as the same engine; whoever makes it removes it. */
  readonly folder?: string
}

/** Debian's snmpd on loopback, its state in a folder of its own. Names of protocols as snmpd.conf writes them. */
export async function startSnmpd(users: readonly TestUser[], options: SnmpdOptions = {}) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'eyenet-snmpd-'))
  const port = options.atPort ?? (await freeUdpPort())
  const lines = ['rocommunity public 127.0.0.1', 'rocommunity6 public ::1']
  lines.push('sysName sw1.example.net', 'sysLocation rack 1')
  for (const { name, auth, priv, authKey, privKey } of users) {
    const level = priv ? 'priv' : auth ? 'auth' : 'noauth'
    lines.push(`createUser ${name}${auth ? ` ${auth} ${authKey}` : ''}${priv ? ` ${priv} ${privKey}` : ''}`)
    lines.push(`rouser ${name} ${level}`)
  }
  writeFileSync(join(folder, 'snmpd.conf'), `${[...lines, ...(options.lines ?? [])].join('\n')}\n`)
  const places = ['udp:127.0.0.1', ...(options.also ?? [])].map((place) => `${place}:${port}`)
  const args = ['-f', '-Lo', '-C', '-c', join(folder, 'snmpd.conf'), '-I', '-smux', ...places]
  const child = spawn(SNMPD, args, { env: { ...process.env, SNMP_PERSISTENT_DIR: folder, MIBS: '' } })
  await listening(child)
  return {
    port,
    /** Kills it; with `politely` it writes its state first. */
    async stop(how: 'hard' | 'politely' = 'hard') {
      child.kill(how === 'hard' ? 'SIGKILL' : 'SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** npm net-snmp's agent on loopback with users of every protocol. */
export async function startNetSnmpAgent(users: readonly object[]) {
  giveDes()
  const port = await freeUdpPort()
  const agent = netSnmp.createAgent(
    { port, address: '127.0.0.1', disableAuthorization: false, engineID: '8000B98380AABBCCDDEEFF0011' },
    () => undefined,
  )
  const authorizer = agent.getAuthorizer()
  authorizer.addCommunity('public')
  for (const user of users) authorizer.addUser(user)
  agent.registerProvider({
    name: 'sysUpTime',
    type: netSnmp.MibProviderType.Scalar,
    oid: '1.3.6.1.2.1.1.3',
    scalarType: netSnmp.ObjectType.TimeTicks,
    maxAccess: netSnmp.MaxAccess['read-only'],
  })
  agent.getMib().setScalarValue('sysUpTime', 4711)
  return { port, stop: (): unknown => agent.close() }
}

async function listening(child: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`snmpd ended with ${code}: ${said}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('NET-SNMP version')) resolve()
      })
    }
  })
}
