import { startDouble } from './server.mjs'

const double = await startDouble({ port: Number(process.env.PORT ?? 4015), lines: Number(process.env.LINES ?? 5000) })
process.stdout.write(`${double.url} (admin / admin123)\n`)
