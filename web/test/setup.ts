import type { TestProject } from 'vitest/node'
import { Sigyn } from './sigyn.ts'

/** One Sigyn for all files of the run; tests that change something use names of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const sigyn = await Sigyn.start(5000)
  project.provide('sigyn', { logs: sigyn.logs, dashboards: sigyn.dashboards })
  return () => sigyn.close()
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly sigyn: { readonly logs: string; readonly dashboards: string }
  }
}
