export function measureStorm(options: { readonly folder: string; readonly agents: number }): Promise<{
  /** Seconds from the server's being ready again until the last agent's samples were acknowledged. */
  readonly served: { readonly count: number; readonly most: number }
  readonly serverPeakMegabytes: number
}>
