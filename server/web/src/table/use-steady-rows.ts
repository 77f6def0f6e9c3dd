import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { isHeld, steadyOrder } from './steady-order.ts'

type Steady<T> = { readonly rows: readonly T[]; readonly waiting: number; readonly release: () => void }

type Order<T> = {
  readonly keyOf: (row: T) => string
  /** Another sort or filter has another key; while it stays, the order stays. */
  readonly orderKey: string
  /** Called only when the order is made anew: sorting a long list at each live update would be felt. */
  readonly sort: (rows: readonly T[]) => readonly T[]
}

/**
 * Rows in an order that holds while live updates change them: it is made anew when `orderKey` changes or when the reader
 * asks for what waits.
 */
export function useSteadyRows<T>(rows: readonly T[], { keyOf, orderKey, sort }: Order<T>): Steady<T> {
  const held = useRef<{ key: string; ids: readonly string[] } | undefined>(undefined)
  const released = useSignal(0)
  const key = `${orderKey} ${released.value}`
  const byId = new Map(rows.map((row) => [keyOf(row), row]))
  const known = held.current?.key === key && isHeld(held.current.ids, byId) ? held.current.ids : undefined
  const order = steadyOrder(known, (known === undefined ? sort(rows) : rows).map(keyOf))
  held.current = { key, ids: order.ids }
  return {
    rows: order.ids.map((id) => byId.get(id)).filter((row) => row !== undefined),
    waiting: order.waiting,
    release: () => {
      released.value += 1
    },
  }
}
