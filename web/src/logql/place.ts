/** Where the `line 1, col 23` of a parse error lies in a text: the word there, or the last character when it is the end. */
export function placeOf(problem: string, text: string): { readonly from: number; readonly to: number } | undefined {
  const place = /line (\d+), col (\d+)/.exec(problem)
  if (!place) {
    return undefined
  }
  const lines = text.split('\n')
  const number = Math.min(lines.length, Math.max(1, Number(place[1])))
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0)
  const end = start + (lines[number - 1]?.length ?? 0)
  const at = Math.min(end, start + Math.max(0, Number(place[2]) - 1))
  const word = /^(?:\w+|\S)/.exec(text.slice(at, end))?.[0].length ?? 0
  return word > 0 ? { from: at, to: at + word } : { from: Math.max(start, end - 1), to: end }
}
