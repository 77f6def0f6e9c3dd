import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AgentId, SiteName } from '@eyenet/shared/identity'
import { z } from 'zod'
import { type Child, runChild, startChild } from './child.testkit.ts'
import type { ServerProcess } from './server-process.testkit.ts'
import { AGENT, type Stage } from './stage.testkit.ts'

const Identity = z.looseObject({ agent: AgentId, site: SiteName, mqttPassword: z.string().optional() })

const Buffered = z.object({
  samples: z.number(),
  bytes: z.number(),
  oldest: z.number().optional(),
  droppedSamples: z.number(),
  lanes: z.record(z.string(), z.object({ messages: z.number(), samples: z.number(), dropped: z.number() })),
})

export type AgentSettings = Readonly<Record<string, unknown>> & { readonly inside?: readonly string[] }

/** What a test watches is what it names: not this machine, nor its neighbours. */
const QUIET = {
  intervalSeconds: 1,
  host: { enabled: false },
  neighbours: { gateway: false, resolver: false },
}

/** A real agent with a data folder of its own, enrolled at a server. */
export class AgentProcess {
  readonly data: string
  readonly #stage: Stage
  readonly #name: string
  readonly #config: string
  readonly #inside: readonly string[]
  #child: Child | undefined
  #log = ''

  /** `inside`: the program that starts it somewhere else, with its words. */
  constructor(stage: Stage, name: string, { inside = [], ...settings }: AgentSettings) {
    this.#stage = stage
    this.#name = name
    this.#inside = inside
    this.data = stage.path(`agents/${name}`)
    this.#config = stage.write(`agents/${name}.yaml`, JSON.stringify({ agent: { ...QUIET, ...settings } }))
    stage.onClose(() => this.kill())
  }

  get identity(): z.infer<typeof Identity> {
    return Identity.parse(JSON.parse(readFileSync(join(this.data, 'agent.json'), 'utf8')))
  }

  get id(): AgentId {
    return this.identity.agent
  }

  log(): string {
    return this.#log + (this.#child?.stderr() ?? '')
  }

  async enrol(server: ServerProcess): Promise<this> {
    const { token } = await server.api.enrolmentToken('lab', this.#name)
    const file = this.#stage.write(`agents/${this.#name}.token`, `${token}\n`)
    const [program, ...words] = this.#words('enrol', server.url, '--token-file', file, '--data', this.data)
    const done = await runChild(program, words)
    if (done.status !== 0) throw new Error(`not enrolled: ${done.stderr}`)
    return this
  }

  async start(more: readonly string[] = []): Promise<this> {
    this.#log = this.log()
    const told = ['--config', this.#config, '--data', this.data, '--ready-json', ...more]
    const [program, ...words] = this.#words('run', ...told)
    this.#child = startChild(program, words)
    await this.#child.line((one) => one.startsWith('{"event":"ready"'))
    return this
  }

  #words(...words: readonly string[]): readonly [string, ...string[]] {
    const [program, ...rest] = [...this.#inside, process.execPath, AGENT, ...words]
    return [program ?? '', ...rest]
  }

  /** What `buffer status` says of its outbox. */
  async bufferStatus() {
    const asked = await runChild(process.execPath, [AGENT, 'buffer', 'status', '--data', this.data, '--json'])
    return Buffered.parse(JSON.parse(asked.stdout))
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

/** An agent that is enrolled and runs. */
export async function startAgent(
  stage: Stage,
  server: ServerProcess,
  { name, settings }: { name: string; settings: AgentSettings },
): Promise<AgentProcess> {
  const agent = new AgentProcess(stage, name, settings)
  await agent.enrol(server)
  return agent.start()
}
