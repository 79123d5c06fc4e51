import type { ComponentChildren } from 'preact'
import { SafeLink } from './markdown.tsx'

/** A piece of HTML: its name and attributes, and what is inside. */
type Element = { readonly tag: string; readonly href: string; readonly align: string | undefined; readonly children: (Element | string)[] }

const TAGS = new Set(['a', 'b', 'blockquote', 'br', 'center', 'code', 'dd', 'div', 'dl', 'dt', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'li', 'ol', 'p', 'pre', 's', 'small', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul'])
/** Elements without content. */
const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta', 'base', 'embed', 'source', 'area', 'col', 'wbr'])
/** Elements whose content is no text for people. */
const SILENT = /<(script|style|template|iframe|object|noscript|svg|math|title|textarea|select)\b[^>]*>[\s\S]*?<\/\1\s*>/gi

/**
 * Known tags of an HTML text as elements of our own; everything else vanishes. The text is taken apart here and never
 * given to the browser's parser, which would look at handlers and styles in it.
 */
export function Html({ text }: { text: string }) {
  return <div class="markdown">{parse(text).map(drawn)}</div>
}

export function parse(text: string): readonly (Element | string)[] {
  const root: Element = { tag: '', href: '', align: undefined, children: [] }
  const open: Element[] = [root]
  const plain = text.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll(SILENT, '')
  let at = 0
  const say = (words: string) => {
    if (words !== '') {
      open.at(-1)?.children.push(decoded(words))
    }
  }
  for (const match of plain.matchAll(/<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/g)) {
    const [all, close, name = '', attributes = ''] = match
    say(plain.slice(at, match.index))
    at = match.index + all.length
    const tag = name.toLowerCase()
    if (close === '/') {
      const depth = open.findLastIndex((element) => element.tag === tag)
      if (depth > 0) {
        open.length = depth
      }
      continue
    }
    const element: Element = { tag, href: attribute(attributes, 'href'), align: tag === 'center' ? 'center' : /text-align:\s*(left|right|center)/.exec(attribute(attributes, 'style'))?.[1], children: [] }
    open.at(-1)?.children.push(element)
    if (!VOID.has(tag) && !attributes.endsWith('/')) {
      open.push(element)
    }
  }
  say(plain.slice(at))
  return root.children
}

function attribute(text: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(text)
  return decoded(found?.[1] ?? found?.[2] ?? found?.[3] ?? '')
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', mdash: '—', ndash: '–', hellip: '…', rarr: '→', larr: '←', bull: '•', middot: '·' }

function decoded(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));?/gi, (all, hex?: string, number?: string, name?: string) => {
    if (name !== undefined) {
      return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? all) : all
    }
    const code = hex === undefined ? Number(number) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}

function drawn(node: Element | string): ComponentChildren {
  if (typeof node === 'string') {
    return node
  }
  const { tag, href, align } = node
  const children = node.children.map(drawn)
  if (tag === 'a') {
    return <SafeLink url={href}>{children}</SafeLink>
  }
  const Tag = (TAGS.has(tag) ? (tag === 'center' ? 'div' : tag) : 'span') as 'span'
  return <Tag {...(align === undefined ? {} : { style: { textAlign: align } })}>{VOID.has(tag) ? undefined : children}</Tag>
}
