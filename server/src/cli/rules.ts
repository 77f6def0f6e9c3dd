import { readFileSync } from 'node:fs'
import { type ConfigProblem, formatProblem } from '@eyenet/shared/config'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { parseRules } from '@eyenet/shared/rules'
import { Command } from 'commander'
import { outputOf } from './output.ts'

/** `rules check`. */
export function rulesCommand(): Command {
  const rules = new Command('rules').description('alert rules')
  rules
    .command('check')
    .description("check rule files in Prometheus' format: each mistake with its line")
    .argument('<file...>', 'rule files, YAML')
    .option('--json', 'print JSON')
    .action((files: readonly string[], options: { json?: boolean }) => {
      const problems: ConfigProblem[] = []
      let count = 0
      for (const file of files) {
        const parsed = parseRules({ file, text: readText(file) })
        if (parsed.kind === 'invalid') problems.push(...parsed.problems)
        else count += parsed.groups.reduce((sum, group) => sum + group.rules.length, 0)
      }
      if (problems.length > 0) process.exitCode = EXIT_STATUS.invalid
      const text = problems.length > 0 ? problems.map(formatProblem).join('\n') : `${count} rules, no mistakes`
      outputOf(options).result({ ok: problems.length === 0, rules: count, problems }, text)
    })
  return rules
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}
