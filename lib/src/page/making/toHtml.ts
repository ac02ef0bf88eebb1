import {createHash} from 'node:crypto'
import {escapeHtml, jsonInHtml} from '../../show/html'
import type {PageFile} from '../pageFile'

/** The parts of the app, as the build leaves them. */
export interface AppParts {
  /** HTML with the places {{title}}, {{style}}, {{script}}, {{page}}, {{styleHash}} and {{scriptHash}}. */
  template: string
  app: string
  css: string
}

/**
 * One HTML file. {{title}} stands in <title>, {{style}} in <style>, {{script}} in <script>, {{page}} in <script type="application/json">;
 * {{styleHash}} and {{scriptHash}} are what a Content-Security-Policy names them by: 'sha256-…', without the quotes.
 */
export function toHtml(page: PageFile, {template, app, css}: AppParts): string {
  const style = css.replaceAll('</style', '<\\/style')
  const script = app.replaceAll('</script', '<\\/script')
  const parts: Record<string, string> = {
    title: escapeHtml(page.header.about.title),
    style,
    script,
    styleHash: hashOf(style),
    scriptHash: hashOf(script),
    page: jsonInHtml(page)
  }
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => parts[name] ?? whole)
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
