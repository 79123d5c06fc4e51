import { foldInside, foldNodeProp, HighlightStyle, indentNodeProp, LanguageSupport, LRLanguage } from '@codemirror/language'
import { styleTags, tags as t } from '@lezer/highlight'
import { parser } from './logql.grammar'

export const logqlParser = parser.configure({
  props: [
    styleTags({
      'LabelName ParsedName': t.propertyName,
      String: t.string,
      'Number Duration Bytes': t.number,
      Comment: t.lineComment,
      'FunctionName Function': t.function(t.variableName),
      'Keyword And Or ParserFlag': t.keyword,
      Variable: t.special(t.variableName),
      'Pipe LineEq LineRe LinePattern NotPattern': t.operatorKeyword,
      'Eq Neq Re Nre CmpEq Gt Lt Gte Lte ArithOp': t.operator,
      '( ) [ ] { }': t.bracket,
    }),
    indentNodeProp.add({ 'Selector Arguments Paren': (context) => context.column(context.node.from) + context.unit }),
    foldNodeProp.add({ 'Selector Arguments Paren': foldInside }),
  ],
})

const logqlLanguage = LRLanguage.define({ name: 'logql', parser: logqlParser, languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '{', '"', '`'] } } })

export function logql(): LanguageSupport {
  return new LanguageSupport(logqlLanguage)
}

/** Colours by the page's tokens, so that both themes work. */
export const logqlColors = HighlightStyle.define([
  { tag: t.propertyName, color: 'var(--code-key)' },
  { tag: t.string, color: 'var(--code-string)' },
  { tag: t.number, color: 'var(--code-number)' },
  { tag: [t.keyword, t.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: t.function(t.variableName), color: 'var(--accent)' },
  { tag: t.special(t.variableName), color: 'var(--code-number)', fontWeight: '600' },
  { tag: [t.lineComment, t.bracket], color: 'var(--muted)' },
])
