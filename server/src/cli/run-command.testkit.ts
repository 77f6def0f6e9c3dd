import { messageOf } from '@eyenet/shared/errors'
import { Command, CommanderError } from 'commander'
import { exitStatusOf } from './output.ts'

/** `err` is a refusal, `told` what was remarked on the way. */
export type Ended = { readonly status: unknown; readonly out: string; readonly err: string; readonly told: string }

/** As the program runs a command, in this process: one after the other, for what is written is caught. */
export async function runCommand(commands: readonly Command[], words: readonly string[]): Promise<Ended> {
  const program = new Command('eyenet-server')
  for (const one of commands) program.addCommand(one)
  let err = ''
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: (text) => (err += text) })
    for (const one of command.commands) quiet(one)
  }
  quiet(program)
  let [out, told] = ['', '']
  const [stdout, stderr] = [process.stdout.write, process.stderr.write]
  process.stdout.write = (text: unknown) => {
    out += String(text)
    return true
  }
  process.stderr.write = (text: unknown) => {
    told += String(text)
    return true
  }
  let status: unknown = 0
  try {
    await program.parseAsync(words, { from: 'user' })
    status = process.exitCode ?? 0
  } catch (thrown) {
    status = thrown instanceof CommanderError ? 'usage' : exitStatusOf(thrown)
    err += messageOf(thrown)
  } finally {
    process.stdout.write = stdout
    process.stderr.write = stderr
    process.exitCode = undefined
  }
  return { status, out, err, told }
}
