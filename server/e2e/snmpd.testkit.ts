import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { parts } from '../../install/parts.mjs'
import { type Child, startChild } from './child.testkit.ts'
import type { Stage } from './stage.testkit.ts'

export type SnmpdSettings = {
  /** A loopback address; what the device is called in the test's messages. */
  readonly address?: string
  /** More lines of snmpd.conf. */
  readonly lines?: readonly string[]
}

/** Debian's snmpd on a high port of a loopback address; the same device again after `stop` and `start`. */
export class Snmpd {
  readonly address: string
  readonly port: number
  readonly #folder: string
  readonly #config: string
  #child: Child | undefined

  constructor(stage: Stage, port: number, { address = '127.0.0.1', lines = ['rocommunity public'] }: SnmpdSettings) {
    this.address = address
    this.port = port
    this.#folder = stage.path(`snmpd-${port}`)
    mkdirSync(this.#folder, { recursive: true })
    // An identity of its own: those that snmpd makes up in the same second may be equal.
    const own = [`engineID eyenet-${port}`, ...lines]
    this.#config = stage.write(`snmpd-${port}.conf`, `${own.join('\n')}\n`)
    stage.onClose(() => this.stop())
  }

  async start(): Promise<this> {
    const where = `udp:${this.address}:${this.port}`
    const words = ['-f', '-Lo', '-C', '-c', this.#config, '-I', '-smux', where]
    const env = { SNMP_PERSISTENT_DIR: this.#folder, MIBS: '' }
    this.#child = startChild(parts.snmpd ?? 'snmpd', words, { env })
    await this.#child.line((line) => line.includes('NET-SNMP version'))
    return this
  }

  async stop(): Promise<void> {
    await this.#child?.kill()
  }
}

export async function startSnmpd(stage: Stage, settings: SnmpdSettings = {}): Promise<Snmpd> {
  const address = settings.address ?? '127.0.0.1'
  return new Snmpd(stage, await freeUdpPort(address), settings).start()
}

export async function freeUdpPort(address = '127.0.0.1'): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}
