import { tokenize, unquote } from '../logql/tokens.ts'

/** The texts a query looks for in its lines, to be marked in the list; regular expressions only when they mean plain text. */
export function highlightTerms(query: string): readonly string[] {
  const terms: string[] = []
  let filter = ''
  for (const token of tokenize(query)) {
    if (token.text === '|=' || token.text === '|~') {
      filter = token.text
    } else if (filter !== '' && (token.kind === 'string' || token.kind === 'raw')) {
      const text = unquote(token.text)
      const term = filter === '|=' ? text : plainText(text)
      if (term !== undefined && term !== '') {
        terms.push(term)
      }
    } else if (token.text !== 'or') {
      filter = ''
    }
  }
  return terms
}

/** The text a regular expression matches when it has no operators but escapes and a leading `(?i)`. */
function plainText(pattern: string): string | undefined {
  const body = pattern.replace(/^\(\?i\)/, '')
  return /[\^$*+?.()|[\]{}]|\\\w/.test(body.replace(/\\\W/g, '')) ? undefined : body.replace(/\\(\W)/g, '$1')
}
