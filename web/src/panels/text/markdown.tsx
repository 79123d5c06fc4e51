import { safeUrl } from '../../ui/safe-url.ts'
import type { ComponentChildren, VNode } from 'preact'

/**
 * A small Markdown: headings, paragraphs, lists, quotes, code, tables, rules, emphasis and links. It makes elements, not
 * markup, so that nothing in the text can become HTML; links go to http(s), mail or this application only.
 */
export function Markdown({ text }: { text: string }) {
  return <div class="markdown">{blocks(text.replaceAll('\r\n', '\n').split('\n'))}</div>
}

function blocks(lines: readonly string[]): readonly VNode[] {
  const found: VNode[] = []
  let at = 0
  const takeWhile = (test: (line: string) => boolean): string[] => {
    const taken: string[] = []
    while (at < lines.length && test(lines[at] ?? '')) {
      taken.push(lines[at] ?? '')
      at++
    }
    return taken
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line)
    if (line.trim() === '') {
      at++
    } else if (line.startsWith('```')) {
      at++
      const code = takeWhile((other) => !other.startsWith('```'))
      at++
      found.push(<pre tabIndex={0}>{code.join('\n')}</pre>)
    } else if (heading) {
      at++
      const Tag = `h${Math.min(6, (heading[1]?.length ?? 1) + 1)}` as 'h2'
      found.push(<Tag>{inline(heading[2] ?? '')}</Tag>)
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      at++
      found.push(<hr />)
    } else if (line.startsWith('>')) {
      found.push(<blockquote>{blocks(takeWhile((other) => other.startsWith('>')).map((other) => other.replace(/^>\s?/, '')))}</blockquote>)
    } else if (/^\s*[-*+]\s+/.test(line)) {
      found.push(<ul>{items(takeWhile((other) => /^\s*[-*+]\s+|^\s{2,}\S/.test(other)), /^\s*[-*+]\s+/)}</ul>)
    } else if (/^\s*\d+[.)]\s+/.test(line)) {
      found.push(<ol>{items(takeWhile((other) => /^\s*\d+[.)]\s+|^\s{2,}\S/.test(other)), /^\s*\d+[.)]\s+/)}</ol>)
    } else if (line.includes('|') && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? '')) {
      const [head = '', , ...rows] = takeWhile((other) => other.includes('|'))
      found.push(
        <table>
          <thead>
            <tr>
              {cells(head).map((cell) => (
                <th scope="col">{inline(cell)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {cells(row).map((cell) => (
                  <td>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>,
      )
    } else {
      const paragraph = takeWhile((other) => other.trim() !== '' && !/^(#{1,6}\s|>|```|\s*[-*+]\s|\s*\d+[.)]\s)/.test(other))
      if (paragraph.length === 0) {
        paragraph.push(line)
        at++
      }
      found.push(<p>{inline(paragraph.join('\n'))}</p>)
    }
  }
  return found
}

function items(lines: readonly string[], marker: RegExp): readonly VNode[] {
  const texts: string[] = []
  for (const line of lines) {
    if (marker.test(line)) {
      texts.push(line.replace(marker, ''))
    } else {
      texts[texts.length - 1] += `\n${line.trim()}`
    }
  }
  return texts.map((text) => <li>{inline(text)}</li>)
}

function cells(row: string): readonly string[] {
  return row.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim())
}

const INLINE = /`([^`]+)`|!\[([^\]]*)\]\(([^)\s]+)[^)]*\)|\[([^\]]+)\]\(([^)\s]+)[^)]*\)|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|(?<!\w)_([^_]+)_(?!\w)|~~([^~]+)~~|(https?:\/\/[^\s<>)]+)|<br\s*\/?>| {2,}\n/

function inline(text: string): ComponentChildren {
  const match = INLINE.exec(text)
  if (!match) {
    return text
  }
  const [all, code, imageText, , linkText, linkUrl, strong, strong2, em, em2, del, url] = match
  const middle =
    code !== undefined ? (
      <code>{code}</code>
    ) : imageText !== undefined ? (
      <em>{imageText}</em>
    ) : linkText !== undefined ? (
      <SafeLink url={linkUrl ?? ''}>{inline(linkText)}</SafeLink>
    ) : strong !== undefined || strong2 !== undefined ? (
      <strong>{inline(strong ?? strong2 ?? '')}</strong>
    ) : em !== undefined || em2 !== undefined ? (
      <em>{inline(em ?? em2 ?? '')}</em>
    ) : del !== undefined ? (
      <del>{inline(del)}</del>
    ) : url !== undefined ? (
      <SafeLink url={url}>{url}</SafeLink>
    ) : (
      <br />
    )
  return [text.slice(0, match.index), middle, inline(text.slice(match.index + all.length))]
}

export function SafeLink({ url, children }: { url: string; children: ComponentChildren }) {
  const safe = safeUrl(url)
  return safe === undefined ? <>{children}</> : (
    <a href={safe} rel="noopener noreferrer" target={/^https?:/i.test(safe) ? '_blank' : undefined}>
      {children}
    </a>
  )
}
