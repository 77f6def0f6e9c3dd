/** A MAC by which a list is sorted: its digits count to sixteen, which sorting by words does not know. Undefined where it is none. */
export function macNumber(mac: string | undefined): number | undefined {
  const number = Number.parseInt(mac?.replaceAll(':', '') ?? '', 16)
  return Number.isNaN(number) ? undefined : number
}
