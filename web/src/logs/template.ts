/** What stands for anything in a pattern, as the pattern filters of LogQL write it. */
export const HOLE = '<_>'

/** Texts that differ from line to line: times, ids, addresses, numbers with their units, and what is quoted with digits in it. */
const VARYING = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\b|[\w.:-]*\d[\w.:%-]*/g

/** The longest stretch of a line that is looked at. */
const MOST = 2000

/** A line with what varies replaced by holes, so that lines of one statement of a program give one text. */
export function templateOf(line: string): string {
  const cut = line.length > MOST
  const holes = line.slice(0, MOST).replaceAll(VARYING, HOLE).replaceAll(/<_>(?:[ ,]*<_>)+/g, HOLE)
  return cut ? `${holes.replace(/(?:<_>)?$/, '')}${HOLE}` : holes
}
