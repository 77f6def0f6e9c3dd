export type LineFaults = {
  /** Bits per second from the one who connects to the target, of all connections together; undefined has no limit. */
  readonly upBps?: number | undefined
  readonly downBps?: number | undefined
  /** Each direction waits so long, and up to `jitterMs` more; the order of bytes stays. */
  readonly delayMs?: number
  readonly jitterMs?: number
}

export type Direction = 'up' | 'down'

export type FaultProxyOptions = {
  readonly target: { readonly host: string; readonly port: number }
  /** 0 or absent takes a free one. */
  readonly listenPort?: number
  /** For jitter. */
  readonly seed?: number
  /** Per connection and direction: what goes on in place of a chunk. A throw ends the connection. */
  readonly through?: (direction: Direction) => (chunk: Buffer) => readonly Buffer[]
}

export type FaultProxy = {
  readonly port: number
  /** Changes the faults that are named; it holds for what is under way too. */
  set(faults: LineFaults): void
  /**
   * `refuse` (the default) ends all connections and every new one. `black-hole` lets nothing pass and tells nobody: those that are
   * open go silent, new ones are taken and never answered.
   */
  cut(how?: 'refuse' | 'black-hole'): void
  resume(): void
  connections(): number
  close(): Promise<void>
}

export function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy>
