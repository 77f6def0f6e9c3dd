import { z } from 'zod'
import { ApiClient } from './api-client.testkit.ts'
import { type Child, runChild, startChild } from './child.testkit.ts'
import { freePort, SERVER, type Stage } from './stage.testkit.ts'

const Ready = z.object({ event: z.literal('ready'), url: z.string(), setupCode: z.string().nullable() })

export type ServerSettings = {
  readonly alerting?: Readonly<Record<string, unknown>>
  readonly store?: Readonly<Record<string, unknown>>
  readonly mqtt?: Readonly<Record<string, unknown>>
  readonly broker?: Readonly<Record<string, unknown>>
  readonly log?: Readonly<Record<string, unknown>>
}

/** A real server on fixed ports, so that it can be ended and started again. */
export class ServerProcess {
  readonly port: number
  readonly mqttPort: number
  readonly data: string
  readonly #config: string
  #child: Child | undefined
  #log = ''
  #ready: z.infer<typeof Ready> | undefined
  #api: ApiClient | undefined

  constructor(stage: Stage, ports: readonly [number, number], settings: ServerSettings) {
    const [port, mqttPort] = ports
    this.port = port
    this.mqttPort = mqttPort
    this.data = stage.path('server')
    // JSON is YAML too.
    const server = {
      listen: `127.0.0.1:${port}`,
      ...settings,
      mqtt: { listen: `127.0.0.1:${mqttPort}`, ...settings.mqtt },
      alerting: { shippedRules: false, ...settings.alerting },
    }
    this.#config = stage.write('server.yaml', JSON.stringify({ server }))
    stage.onClose(() => this.kill())
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  get setupCode(): string {
    return this.#ready?.setupCode ?? ''
  }

  get api(): ApiClient {
    if (this.#api === undefined) throw new Error('the server has not been started')
    return this.#api
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  log(): string {
    return this.#log + (this.#child?.stderr() ?? '')
  }

  async start(): Promise<this> {
    const words = [SERVER, 'run', '--config', this.#config, '--data', this.data, '--ready-json']
    this.#log = this.log()
    this.#child = startChild(process.execPath, words)
    const line = await this.#child.line((one) => one.startsWith('{"event":"ready"'))
    this.#ready = Ready.parse(JSON.parse(line))
    this.#api ??= new ApiClient(this.url, await this.token('admin'))
    return this
  }

  /** A new API token; `integration` reads the public MQTT topics. */
  async token(role: string): Promise<string> {
    const words = [SERVER, 'token', 'add', '--data', this.data, '--role', role, '--name', `${role}-${Date.now()}`]
    const made = await runChild(process.execPath, [...words, '--quiet'])
    if (made.status !== 0) throw new Error(`no token: ${made.stderr}`)
    return made.stdout.trim()
  }

  async stop(): Promise<number | NodeJS.Signals | undefined> {
    this.#child?.signal('SIGTERM')
    return this.#child?.ended
  }

  /** SIGKILL: as when the power fails. */
  async kill(): Promise<void> {
    await this.#child?.kill()
  }
}

export async function startServer(stage: Stage, settings: ServerSettings = {}): Promise<ServerProcess> {
  return new ServerProcess(stage, [await freePort(), await freePort()], settings).start()
}
