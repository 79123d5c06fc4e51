// Sends three lines through one real logging library and ends when they are sent:
//   node senders.mjs SENDER HTTP_URL GRPC_URL RUN
// Every line carries RUN, every sender names itself as service or job.
import { once } from 'node:events'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter as OtlpGrpc } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as OtlpJson } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as OtlpProto } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import pino from 'pino'
import winston from 'winston'
import LokiTransport from 'winston-loki'

const [sender, http, grpc, run] = process.argv.slice(2)

async function openTelemetry(exporter) {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({
      'service.name': sender,
      'k8s.pod.name': 'pod-1',
      'host.name': 'box',
    }),
    processors: [new BatchLogRecordProcessor({ exporter })],
  })
  const logger = provider.getLogger('checkout', '1.2')
  const send = (severityNumber, severityText, body) =>
    logger.emit({ severityNumber, severityText, body, attributes: { 'http.status_code': 502, run } })
  send(SeverityNumber.INFO, 'INFO', `${run} first`)
  send(SeverityNumber.ERROR, 'ERROR', `${run} zweite Zeile: Grüße`)
  send(SeverityNumber.WARN, 'WARN', { run, text: 'third', list: [1, 'two'] })
  await provider.forceFlush()
  await provider.shutdown()
}

async function pinoLoki() {
  const transport = pino.transport({
    target: 'pino-loki',
    options: { host: http, labels: { job: sender }, batching: { interval: 1 } },
  })
  const logger = pino(transport)
  logger.info(`${run} first`)
  logger.error({ meta: { order: 4711 } }, `${run} zweite Zeile: Grüße`)
  logger.warn(`${run} third`)
  const keepsTheProcess = setInterval(() => {}, 1000)
  transport.end()
  await once(transport, 'close')
  clearInterval(keepsTheProcess)
}

async function winstonLoki(json) {
  const transport = new LokiTransport({
    host: http,
    labels: { job: sender },
    json,
    batching: true,
    interval: 1,
    format: winston.format.json(),
    useWinstonMetaAsLabels: false,
    onConnectionError: error => {
      console.error(error)
      process.exit(1)
    },
  })
  const logger = winston.createLogger({ transports: [transport] })
  logger.info(`${run} first`)
  logger.error({ message: `${run} zweite Zeile: Grüße`, labels: { module: 'pay' } })
  logger.warn(`${run} third`)
  await new Promise(resolve => setImmediate(resolve))
  await transport.flush()
}

const senders = {
  'otel-js-json': () => openTelemetry(new OtlpJson({ url: `${http}/otlp/v1/logs` })),
  'otel-js-proto': () => openTelemetry(new OtlpProto({ url: `${http}/otlp/v1/logs`, compression: 'gzip' })),
  'otel-js-grpc': () => openTelemetry(new OtlpGrpc({ url: grpc })),
  'pino-loki': pinoLoki,
  'winston-loki-json': () => winstonLoki(true),
  'winston-loki-protobuf': () => winstonLoki(false),
}
await senders[sender]()
process.exit(0)
