import { expect, test } from 'vitest'
import { FOOT, head } from './sheet.ts'
import { writtenMarkdown } from './written-markdown.ts'

test('what is written between head and foot is inside of the body', () => {
  const page = `${head('Ward <3>')}<h1>Here</h1>${FOOT}`
  expect(page).toMatch(/^<!doctype html>\s*<html lang="en">\s*<head>/)
  expect(page).toContain('<title>Ward &lt;3&gt;</title>')
  expect(page).toMatch(/<\/head>\s*<body>\s*<h1>Here<\/h1><\/body><\/html>\s*$/)
  expect(page.match(/<\/?(?:html|head|body)\b/g)).toHaveLength(6)
})

test('the words of a message become no markup but Markdown’s', () => {
  const written = writtenMarkdown(
    '<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) https://example.org/?a="b ||hidden|| $a<b$',
  ).source
  expect(written).not.toMatch(/<img|href="javascript/)
  expect(written).toContain('<strong>bold</strong>')
  const link = writtenMarkdown('Read [the *new* plan](https://example.org/?a=1&b=2) now').source
  expect(link).toContain(
    '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow" title="https://example.org/?a=1&amp;b=2">the <em>new</em> plan</a> <span class="muted">(<bdi>example.org</bdi>)</span> now',
  )
  expect(written).toContain('rel="noopener noreferrer nofollow">https://example.org')
  expect(written).toContain('<span class="spoiler" tabindex="0">hidden</span>')
  expect(written).toContain('<code class="formula">a&lt;b</code>')
})
