import { type CommandTree, completionScript, SHELLS } from '@eyenet/shared/terminal'
import { Argument, Command } from 'commander'

/** `completion SHELL`: prints a script for the shell to load. */
export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices([...SHELLS]))
    .addHelpText('after', `\nExample:\n  source <(${program.name()} completion bash)`)
    .action((shell: (typeof SHELLS)[number]) => {
      process.stdout.write(completionScript(treeOf(program), shell))
    })
}

function treeOf(command: Command): CommandTree {
  return {
    name: command.name(),
    options: command.options.flatMap((option) => (option.long === undefined ? [] : [option.long])),
    commands: command.commands.map(treeOf),
  }
}
