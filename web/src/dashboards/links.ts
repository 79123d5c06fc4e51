import { interpolate } from '../vars/interpolate.ts'
import type { RawRange } from '../time/range.ts'
import { href } from '../ui/router.ts'
import type { DashboardModel } from './model.ts'
import type { Request } from './panel-query.ts'
import type { Reader } from '../json/reader.ts'
import { safeUrl } from '../ui/safe-url.ts'

/** Explore with the first query of a panel, in the short form of its URL. */
export function exploreUrl(requests: readonly Request[], range: RawRange): string {
  const [first] = requests
  if (!first) {
    return href('/explore')
  }
  return href(`/explore?${new URLSearchParams({ ds: first.datasource.uid, q: first.expr, from: range.from, to: range.to })}`)
}

export type DashboardLink = { readonly title: string; readonly url: string; readonly newTab: boolean; readonly tooltip: string }

/** A link of the dashboard's list, with the range and variables carried along where it asks for them; unsafe ones vanish. */
export function dashboardLink(link: Reader, model: DashboardModel): DashboardLink | undefined {
  const scope = model.scope()
  const url = safeUrl(interpolate(link.at('url').str(''), scope, 'percentencode'))
  if (url === undefined || url === '') {
    return undefined
  }
  const extra: string[] = []
  if (link.at('keepTime').bool(false)) {
    extra.push(interpolate('${__url_time_range}', scope))
  }
  if (link.at('includeVars').bool(false)) {
    extra.push(interpolate('${__all_variables}', scope))
  }
  const query = extra.filter((part) => part !== '').join('&')
  const whole = query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`
  return {
    title: interpolate(link.at('title').str('Link'), scope, 'text'),
    url: whole.startsWith('/') ? href(whole) : whole,
    newTab: link.at('targetBlank').bool(false),
    tooltip: link.at('tooltip').str(''),
  }
}
