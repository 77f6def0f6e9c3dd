export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A command with its options (`--json`) and what stands below it. */
export type CommandTree = {
  readonly name: string
  readonly options: readonly string[]
  readonly commands: readonly CommandTree[]
}

/** A script that completes commands and options; files where nothing else fits. */
export function completionScript(tree: CommandTree, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash(tree)
    case 'zsh':
      return `#compdef ${tree.name}\nautoload -U +X bashcompinit && bashcompinit\n${bash(tree)}`
    case 'fish':
      return fish(tree)
  }
}

type Path = { readonly path: string; readonly words: readonly string[] }

function pathsOf(tree: CommandTree, above = ''): readonly Path[] {
  const words = [...tree.commands.map(({ name }) => name), ...tree.options]
  return [
    { path: above, words },
    ...tree.commands.flatMap((command) => pathsOf(command, above === '' ? command.name : `${above} ${command.name}`)),
  ]
}

function bash(tree: CommandTree): string {
  const name = `_${tree.name.replace(/[^a-z]/g, '_')}`
  const cases = pathsOf(tree).map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`)
  return `${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*|*/*|*.*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${name} ${tree.name}
`
}

function fish(tree: CommandTree): string {
  const lines: string[] = []
  for (const command of tree.commands) {
    lines.push(`complete -c ${tree.name} -n __fish_use_subcommand -a ${command.name}`)
    const below = `'__fish_seen_subcommand_from ${command.name}'`
    for (const inner of command.commands) lines.push(`complete -c ${tree.name} -n ${below} -a ${inner.name}`)
    const options = [...command.options, ...command.commands.flatMap((inner) => inner.options)]
    for (const option of new Set(options)) {
      lines.push(`complete -c ${tree.name} -n ${below} -l ${option.replace(/^--/, '')}`)
    }
  }
  return `${lines.join('\n')}\n`
}
