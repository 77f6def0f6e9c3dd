import type { Signal } from '@preact/signals'

/** Sets a signal, as a handler: `onValue={put(name)}`. */
export function put<T>(signal: Signal<T>): (value: T) => void {
  return (value) => {
    signal.value = value
  }
}
