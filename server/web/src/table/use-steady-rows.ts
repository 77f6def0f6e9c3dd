import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { steadyOrder } from './steady-order.ts'

type Steady<T> = { readonly rows: readonly T[]; readonly waiting: number; readonly release: () => void }

/**
 * Rows in an order that holds while live updates change them: it is made anew when `orderKey` changes (another sort,
 * another filter) or when the reader asks for what waits.
 */
export function useSteadyRows<T>(fresh: readonly T[], keyOf: (row: T) => string, orderKey: string): Steady<T> {
  const held = useRef<{ key: string; ids: readonly string[] } | undefined>(undefined)
  const released = useSignal(0)
  const key = `${orderKey} ${released.value}`
  const ids = fresh.map(keyOf)
  const known = held.current?.key === key && held.current.ids.length > 0 ? held.current.ids : undefined
  const order = steadyOrder(known, ids)
  held.current = { key, ids: order.ids }
  const byId = new Map(fresh.map((row) => [keyOf(row), row]))
  const rows = order.ids.map((id) => byId.get(id)).filter((row) => row !== undefined)
  return {
    rows,
    waiting: order.waiting,
    release: () => {
      released.value += 1
    },
  }
}
