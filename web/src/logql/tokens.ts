/** What a stretch of LogQL text is; positions are UTF-16 offsets. */
export type TokenKind = 'string' | 'raw' | 'word' | 'number' | 'variable' | 'comment' | 'operator' | 'open' | 'close' | 'unknown'
export type Token = { readonly kind: TokenKind; readonly text: string; readonly from: number; readonly to: number }

const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['comment', /#[^\n]*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"?/y],
  ['raw', /`[^`]*`?/y],
  ['variable', /\$\{[^}]*\}|\$\w+|\[\[\w+(?::[^\]]*)?\]\]/y],
  ['number', /\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:ns|us|µs|ms|[kKMGTPE]?i?B|[smhdwy])?(?:\d+(?:ns|us|µs|ms|[smhdwy]))*/y],
  ['word', /[A-Za-z_][\w:]*/y],
  ['operator', /\|=|\|~|\|>|!>|!~|!=|=~|==|>=|<=|[=<>|,+\-*/%^@]/y],
  ['open', /[{([]/y],
  ['close', /[})\]]/y],
]

/** The tokens of a LogQL text without white space. Never fails: what is not understood becomes `unknown`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    const start = at
    let kind: TokenKind = 'unknown'
    for (const [candidate, pattern] of PATTERNS) {
      pattern.lastIndex = at
      const match = pattern.exec(text)
      if (match && match[0].length > 0) {
        kind = candidate
        at += match[0].length
        break
      }
    }
    if (kind === 'unknown') {
      at++
    }
    tokens.push({ kind, text: text.slice(start, at), from: start, to: at })
  }
  return tokens
}

/** A Go/LogQL double-quoted string literal for `value`. */
export function quote(value: string): string {
  return `"${escapeString(value)}"`
}

/** The inside of a double-quoted literal for `value`. */
export function escapeString(value: string): string {
  return value.replace(/[\\"\n\r\t]/g, (c) => (c === '\n' ? '\\n' : c === '\r' ? '\\r' : c === '\t' ? '\\t' : `\\${c}`))
}

/** The value of a string token (either kind of quotes). */
export function unquote(token: string): string {
  if (token.startsWith('`')) {
    return token.slice(1, token.endsWith('`') && token.length > 1 ? -1 : undefined)
  }
  const inside = token.slice(1, token.endsWith('"') && token.length > 1 ? -1 : undefined)
  return inside.replace(/\\(n|r|t|.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c === 't' ? '\t' : c))
}

/** `value` as a regular expression that matches exactly it (RE2). */
export function escapeRegex(value: string): string {
  return value.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')
}
