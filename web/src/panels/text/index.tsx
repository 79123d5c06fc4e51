import './text.css'
import type { PanelProps, PanelType } from '../panel.ts'
import { Html } from './html.tsx'
import { Markdown } from './markdown.tsx'

function TextPanel({ options, text }: PanelProps) {
  const content = text(options.at('content').str(''))
  switch (options.at('mode').oneOf(['markdown', 'html', 'code'], 'markdown')) {
    case 'markdown':
      return (
        <div class="text-panel" tabIndex={0}>
          <Markdown text={content} />
        </div>
      )
    case 'html':
      return (
        <div class="text-panel" tabIndex={0}>
          <Html text={content} />
        </div>
      )
    case 'code':
      return (
        <pre class="text-panel" tabIndex={0}>
          {content}
        </pre>
      )
  }
}

export const textPanel: PanelType = { id: 'text', name: 'Text', standalone: true, View: TextPanel }
