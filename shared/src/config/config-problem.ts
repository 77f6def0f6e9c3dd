/** One mistake in the configuration, where it stands, and what is allowed there. */
export type ConfigProblem = {
  /** The file, or the environment variable. */
  readonly source: string
  /** From 1; 0 where there is no line. */
  readonly line: number
  readonly column: number
  /** Such as `agent.targets.0.address`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
}

/** `file:line:column: path: message`, as compilers write it. */
export function formatProblem({ source, line, column, path, message }: ConfigProblem): string {
  const where = line > 0 ? `${source}:${line}:${column}` : source
  return path === '' ? `${where}: ${message}` : `${where}: ${path}: ${message}`
}
