/** A block of code: as it was written at once, in colours as soon as they are here. Nothing but colours changes then. */
import { useEffect, useState } from 'react'
import type { Run } from './highlighted.ts'
import { highlight, highlightedBefore } from './highlighting.ts'
import './code.css'

interface CodeBlockProps {
  code: string
  /** As it stands after the backticks; empty where nothing does. */
  language: string
}

export function CodeBlock({ code, language }: CodeBlockProps) {
  const runs = useHighlighted(code, language)
  return (
    <pre tabIndex={0} dir="ltr">
      <code>{runs ? runs.map(draw) : code}</code>
    </pre>
  )
}

function draw({ text, look }: Run, index: number) {
  return look === '' ? (
    text
  ) : (
    <span key={index} className={`code-${look}`}>
      {text}
    </span>
  )
}

function useHighlighted(code: string, language: string): Run[] | undefined {
  const [found, setFound] = useState<{ code: string; runs: Run[] | undefined }>()
  useEffect(() => {
    if (language === '') return
    let wanted = true
    void highlight(code, language).then((runs) => wanted && setFound({ code, runs }))
    return () => {
      wanted = false
    }
  }, [code, language])
  if (language === '') return undefined
  return found?.code === code ? found.runs : highlightedBefore(code, language)
}
