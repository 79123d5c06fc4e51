export type DiffLine = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }

/** Most lines compared pairwise; beyond it a change is shown as one block taken out and one put in. */
const MOST = 1500

/** What changed between two texts, line by line, by their longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = before.split('\n')
  const now = after.split('\n')
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) {
    start++
  }
  let tail = 0
  while (tail < old.length - start && tail < now.length - start && old[old.length - 1 - tail] === now[now.length - 1 - tail]) {
    tail++
  }
  const same = (lines: readonly string[]): readonly DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [...same(old.slice(0, start)), ...middle(old.slice(start, old.length - tail), now.slice(start, now.length - tail)), ...same(old.slice(old.length - tail))]
}

function middle(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  if (old.length > MOST || now.length > MOST) {
    return [...old.map((text): DiffLine => ({ kind: 'removed', text })), ...now.map((text): DiffLine => ({ kind: 'added', text }))]
  }
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] = old[i] === now[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
    }
  }
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' })
      i++
      j++
    } else if (i < old.length && (j >= now.length || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))) {
      lines.push({ kind: 'removed', text: old[i] ?? '' })
      i++
    } else {
      lines.push({ kind: 'added', text: now[j] ?? '' })
      j++
    }
  }
  return lines
}

/** Only the changed lines with some lines around them; gaps are told by undefined. */
export function withContext(lines: readonly DiffLine[], around = 3): readonly (DiffLine | undefined)[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== 'same'))
  const shown: (DiffLine | undefined)[] = []
  lines.forEach((line, at) => {
    if (near[at]) {
      shown.push(line)
    } else if (near[at - 1]) {
      shown.push(undefined)
    }
  })
  return shown
}
