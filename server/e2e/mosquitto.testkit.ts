import { parts } from '../../install/parts.mjs'
import { type Child, startChild } from './child.testkit.ts'
import { freePort, type Stage } from './stage.testkit.ts'

/** Debian's mosquitto on a port of 127.0.0.1; the same broker again after `kill` and `start`. It keeps nothing on disk. */
export class Mosquitto {
  readonly port: number
  readonly #config: string
  #child: Child | undefined

  constructor(stage: Stage, port: number, lines: readonly string[]) {
    this.port = port
    // Started by root it would become another user, who may not read the stage.
    const own = [
      'user root',
      `listener ${port} 127.0.0.1`,
      'persistence false',
      'log_dest stderr',
      'max_packet_size 1048576',
    ]
    this.#config = stage.write(`mosquitto-${port}.conf`, `${[...own, ...lines].join('\n')}\n`)
    stage.onClose(() => this.kill())
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`
  }

  async start(): Promise<this> {
    this.#child = startChild(parts.mosquitto ?? 'mosquitto', ['-c', this.#config, '-v'])
    await this.#child.line((line) => line.includes(' running'))
    return this
  }

  /** SIGKILL: as when its machine fails. */
  async kill(): Promise<void> {
    await this.#child?.kill()
  }
}

export async function startMosquitto(
  stage: Stage,
  lines: readonly string[] = ['allow_anonymous true'],
): Promise<Mosquitto> {
  return new Mosquitto(stage, await freePort(), lines).start()
}
