import { assertNever, EyeNetError } from '../errors/errors.ts'
import type { Assertion, CharSet, RegexNode } from './regex-syntax.ts'

export type Instruction =
  | { readonly op: 'set'; readonly set: CharSet }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'match' }

// A pattern that needs more states than this costs too much on every text.
const MAX_INSTRUCTIONS = 10_000

type Repeat = Extract<RegexNode, { kind: 'repeat' }>

/** Instructions of a node; `names` collects the named groups, undefined leaves all captures out. */
export function compileProgram(root: RegexNode, names: Map<string, number> | undefined): readonly Instruction[] {
  const builder = new ProgramBuilder(names)
  builder.emit(root)
  builder.add({ op: 'match' })
  return builder.program
}

class ProgramBuilder {
  readonly program: Instruction[] = []
  private readonly names: Map<string, number> | undefined

  constructor(names: Map<string, number> | undefined) {
    this.names = names
  }

  add(instruction: Instruction): number {
    if (this.program.length >= MAX_INSTRUCTIONS) throw new EyeNetError('invalid', 'regular expression too large')
    return this.program.push(instruction) - 1
  }

  emit(node: RegexNode): void {
    switch (node.kind) {
      case 'empty':
        break
      case 'set':
        this.add({ op: 'set', set: node.set })
        break
      case 'assert':
        this.add({ op: 'assert', what: node.what })
        break
      case 'cat':
        for (const part of node.parts) this.emit(part)
        break
      case 'alt':
        this.alternate(node.parts)
        break
      case 'group':
        this.group(node)
        break
      case 'repeat':
        this.repeat(node)
        break
      default:
        assertNever(node)
    }
  }

  private group({ index, name, node }: Extract<RegexNode, { kind: 'group' }>): void {
    if (this.names === undefined) {
      this.emit(node)
      return
    }
    if (name !== undefined) this.names.set(name, index)
    this.add({ op: 'save', slot: index * 2 })
    this.emit(node)
    this.add({ op: 'save', slot: index * 2 + 1 })
  }

  private alternate(parts: readonly RegexNode[]): void {
    const ends: number[] = []
    for (const part of parts.slice(0, -1)) {
      const split = this.add({ op: 'split', first: 0, second: 0 })
      this.emit(part)
      ends.push(this.add({ op: 'jump', to: 0 }))
      this.program[split] = { op: 'split', first: split + 1, second: this.program.length }
    }
    const last = parts.at(-1)
    if (last !== undefined) this.emit(last)
    for (const end of ends) this.program[end] = { op: 'jump', to: this.program.length }
  }

  private repeat({ node, min, max, greedy }: Repeat): void {
    for (let i = 0; i < min; i++) this.emit(node)
    if (max === Number.POSITIVE_INFINITY) {
      const split = this.add({ op: 'split', first: 0, second: 0 })
      this.emit(node)
      this.add({ op: 'jump', to: split })
      this.patch(split, greedy)
      return
    }
    // Each further copy may be left out, and with it all that follow.
    const splits: number[] = []
    for (let i = min; i < max; i++) {
      splits.push(this.add({ op: 'split', first: 0, second: 0 }))
      this.emit(node)
    }
    for (const split of splits) this.patch(split, greedy)
  }

  private patch(split: number, greedy: boolean): void {
    const inside = split + 1
    const outside = this.program.length
    this.program[split] = { op: 'split', first: greedy ? inside : outside, second: greedy ? outside : inside }
  }
}
