export type OutageRow = {
  readonly sites: number
  readonly right: number
  readonly alike: number
  readonly single: number
  readonly behind: number
  readonly resolved: number
}

export type OutageFigures = {
  readonly rows: Readonly<Record<string, OutageRow>>
  /** A line for each site at which something was not as it should be. */
  readonly wrong: readonly string[]
  readonly ownLine: { sites: number; deviceAlerts: number; isolated: number; resolved: number }
  readonly redundant: { sites: number; deviceAlerts: number; right: number; resolved: number; wrong: readonly string[] }
  readonly decideMs: number
  readonly seconds: { readonly median: number; readonly most: number }
}

export function measureOutages(how: {
  readonly sites: number
  readonly devices: number
  readonly seed: number
  readonly onSite?: (line: string) => void
}): OutageFigures
