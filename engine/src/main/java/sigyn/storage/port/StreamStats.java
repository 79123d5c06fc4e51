package sigyn.storage.port;

import sigyn.model.Labels;

/// What is stored of one stream in a time range: entries, and bytes of their lines and structured metadata.
public record StreamStats(Labels labels, long entries, long bytes, long chunks) {}
