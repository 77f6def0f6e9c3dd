import type { SyntaxNode } from '@lezer/common'

// An expression that a person or a dashboard writes is far below; it bounds recursion.
export const MAX_DEPTH = 400

/** Children without comments. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') found.push(child)
  }
  return found
}

export const firstChild = (node: SyntaxNode): SyntaxNode | undefined => children(node)[0]
