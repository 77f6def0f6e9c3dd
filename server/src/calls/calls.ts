/**
 * Functions that one thread does for another, over a port: who asks, who does the work, and how failures come back. What
 * is called is the caller's matter.
 */
import type { MessagePort, TransferListItem, Worker } from 'node:worker_threads'
import { ERROR_CODES, type ErrorCode, EyeNetError } from '@eyenet/shared/errors'

/** Functions that one thread does for another: arguments and results are copied, or handed over. */
export type Calls = Record<string, (...args: never[]) => unknown>
type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never
type Arguments<F> = F extends (...args: infer A) => unknown ? A : never

/** A result whose buffers are handed over instead of copied. */
export class Handed<T> {
  readonly value: T
  readonly transfer: readonly TransferListItem[]

  constructor(value: T, transfer: readonly TransferListItem[]) {
    this.value = value
    this.transfer = transfer
  }
}

type Port = Pick<MessagePort | Worker, 'postMessage' | 'on'>
type Request = { readonly id: number; readonly call: string; readonly args: readonly unknown[] }
type Failure = { readonly code: ErrorCode | 'bug'; readonly message: string }
type Reply = { readonly id: number; readonly result?: unknown; readonly failure?: Failure }
type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }

/** The side that asks. Calls are answered in any order. */
export class Caller<C extends Calls> {
  readonly #port: Port
  readonly #waiting = new Map<number, Waiting>()
  #next = 1
  #ended: Error | undefined

  constructor(port: Port) {
    this.#port = port
    port.on('message', (reply: Reply) => this.#take(reply))
  }

  /** Calls that are not answered yet. */
  get open(): number {
    return this.#waiting.size
  }

  call<K extends keyof C & string>(
    name: K,
    args: Arguments<C[K]>,
    transfer: readonly TransferListItem[] = [],
  ): Promise<Result<C[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended)
        return
      }
      const id = this.#next++
      this.#waiting.set(id, { resolve: (result) => resolve(result as Result<C[K]>), reject })
      const request: Request = { id, call: name, args }
      this.#port.postMessage(request, [...transfer])
    })
  }

  /** Fails what is not answered, and every later call. */
  end(error: Error): void {
    this.#ended = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #take({ id, result, failure }: Reply): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    if (failure === undefined) waiting.resolve(result)
    else waiting.reject(errorOf(failure))
  }
}

/** The side that does the work. */
export function serve<C extends Calls>(
  port: Port,
  calls: { readonly [K in keyof C]: (...args: Arguments<C[K]>) => unknown },
): void {
  port.on('message', async ({ id, call, args }: Request) => {
    try {
      // The caller's types are these: both sides are compiled together.
      const work = calls[call] as (...args: readonly unknown[]) => unknown
      const result = await work(...args)
      if (result instanceof Handed) port.postMessage({ id, result: result.value }, [...result.transfer])
      else port.postMessage({ id, result })
    } catch (thrown) {
      port.postMessage({ id, failure: failureOf(thrown) })
    }
  })
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof EyeNetError) return { code: thrown.code, message: thrown.message }
  return { code: 'bug', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }
}

function errorOf({ code, message }: Failure): Error {
  return code !== 'bug' && ERROR_CODES.includes(code) ? new EyeNetError(code, message) : new Error(message)
}
