import type { MapAddress } from '../map-address.ts'

/** A trace in the address: its agent, its task, and the node for which it was asked. */
export type TraceAddress = { readonly agent: string; readonly task: string; readonly to: string }

const FORM = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.(.+)$/

export const traceText = ({ agent, task, to }: TraceAddress): string => `${agent}.${task}.${to}`

/** The trace that belongs to the way that is shown; one to another end does not. */
export function traceOf({ trace, pick }: Pick<MapAddress, 'trace' | 'pick'>): TraceAddress | undefined {
  const [, agent, task, to] = FORM.exec(trace) ?? []
  return agent === undefined || task === undefined || to !== pick ? undefined : { agent, task, to }
}
