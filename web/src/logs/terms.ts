import { tokenize, unquote } from '../logql/tokens.ts'

/** The texts a query looks for in its lines, to be marked in the list. */
export function highlightTerms(query: string): readonly string[] {
  const tokens = tokenize(query)
  const terms: string[] = []
  let filtering = false
  for (const token of tokens) {
    if (token.text === '|=' || token.text === '|~') {
      filtering = true
    } else if (filtering && (token.kind === 'string' || token.kind === 'raw')) {
      const text = unquote(token.text)
      const plain = text.replace(/^\(\?i\)/, '').replace(/\\([^\w\s])/g, '$1')
      if (plain !== '' && (text === plain || !/[\\^$*+?()[\]{}|]/.test(text.replace(/^\(\?i\)/, '').replace(/\\[^\w\s]/g, '')))) {
        terms.push(plain)
      }
    } else if (token.text !== 'or') {
      filtering = false
    }
  }
  return terms
}
