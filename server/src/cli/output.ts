import { EXIT_STATUS, EyeNetError } from '@eyenet/shared/errors'
import type { Command } from 'commander'

export type OutputOptions = { readonly json?: boolean | undefined; readonly quiet?: boolean | undefined }

/** Data goes to stdout, chatter to stderr. */
export type Output = {
  /** The result: as JSON with --json, else as text for people. */
  readonly result: (value: unknown, text: string) => void
  /** A file for other programs, without what steers a terminal. */
  readonly file: (text: string) => void
  /** A remark for people; nothing with --json or --quiet. */
  readonly remark: (text: string) => void
}

export function outputOf({ json, quiet }: OutputOptions): Output {
  return {
    result: (value, text) => void process.stdout.write(`${json ? plainJson(value) : text}\n`),
    file: (text) => void process.stdout.write(text.replace(STEERS, ' ')),
    remark: (text) => {
      if (!json && !quiet) process.stderr.write(`${text}\n`)
    },
  }
}

// Control characters but tab and line ends, and those that turn the direction of a text.
const STEERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** JSON in which no text of a device steers a terminal. */
function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(STEERS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The exit status for what was thrown: the code's for a named failure, 1 for a bug. */
export function exitStatusOf(thrown: unknown): number {
  return thrown instanceof EyeNetError ? EXIT_STATUS[thrown.code] : 1
}

/** EX_USAGE of sysexits.h; commander's own is 1, which is that of a bug. */
const WRONG_USAGE = 64

/** Gives wrong usage of the command and of all below it the status of its own. */
export function endWrongUsage(command: Command): void {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE))
  for (const one of command.commands) endWrongUsage(one)
}
