/** An address that a file or a log line may lead to; undefined when following it could run something. */
export function safeUrl(url: string): string | undefined {
  const trimmed = url.trim()
  if (/^(https?:|mailto:)/i.test(trimmed)) {
    return trimmed
  }
  return /^[a-z][a-z0-9+.-]*:/i.test(trimmed) || trimmed.startsWith('//') || /[\u0000-\u001f\\]/.test(trimmed) ? undefined : trimmed
}
