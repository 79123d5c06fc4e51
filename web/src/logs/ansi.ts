/** A stretch of text and the classes of its terminal colours. */
export type Span = { readonly text: string; readonly classes: string }

export function hasAnsi(text: string): boolean {
  return text.includes('\u001b[')
}

/** Reads SGR escapes (colours, bold, underline) of a terminal; other escapes are dropped. */
export function ansiSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  let classes: string[] = []
  let at = 0
  for (const match of text.matchAll(/\u001b\[([0-9;]*)([A-Za-z])/g)) {
    if (match.index > at) {
      spans.push({ text: text.slice(at, match.index), classes: classes.join(' ') })
    }
    at = match.index + match[0].length
    if (match[2] === 'm') {
      for (const code of (match[1] ?? '').split(';').map(Number)) {
        if (code === 0) {
          classes = []
        } else if (code === 1) {
          classes = [...classes, 'ansi-bold']
        } else if (code === 4) {
          classes = [...classes, 'ansi-underline']
        } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
          classes = [...classes.filter((name) => !name.startsWith('ansi-fg')), `ansi-fg${code % 10}`]
        } else if (code === 39) {
          classes = classes.filter((name) => !name.startsWith('ansi-fg'))
        }
      }
    }
  }
  if (at < text.length) {
    spans.push({ text: text.slice(at), classes: classes.join(' ') })
  }
  return spans
}
