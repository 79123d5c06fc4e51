import { expect, test } from 'vitest'
import { PAYLOADS } from '../../../test/fixture/payloads.ts'
import { parse } from './html.tsx'

type Node = ReturnType<typeof parse>[number]

function shown(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node === 'string' ? node : `<${node.tag}${node.href === '' ? '' : ` ${node.href}`}>${shown(node.children)}</>`)).join('')
}

test.each([
  ['<p>a <b>c</b></p>d', '<p>a <b>c</></>d'],
  ['<a href="/x?a=1&amp;b=2">y</a>', '<a /x?a=1&b=2>y</>'],
  ["<a title='>' HREF='/x'>y</a>", '<a /x>y</>'],
  ['<ul><li>a<li>b</ul>c', '<ul><li>a<li>b</></></>c'],
  ['a<br>b<br/>c', 'a<br></>b<br></>c'],
  ['1 < 2 &lt;b&gt; &#65;&#x42; &nope;', '1 < 2 <b> AB &nope;'],
  ['</p>a</div>', 'a'],
  ['a<script>b<p></script>c<style>d</style><!-- e -->', 'ac'],
])('%s is %s', (text, expected) => {
  expect(shown(parse(text))).toBe(expected)
})

test('hostile texts end, whatever is in them', () => {
  for (const payload of PAYLOADS) {
    expect(shown(parse(payload.repeat(50))).length).toBeLessThan(50_000)
  }
  expect(shown(parse('<'.repeat(20_000))).length).toBe(20_000)
})
