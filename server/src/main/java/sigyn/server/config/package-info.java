/// Settings: Loki's own configuration file, its flags and its overrides per tenant, as records.
///
/// Read [LokiConfig] first, then [ConfigFile] for how text becomes one. Problems name file and line.
@NullMarked
package sigyn.server.config;

import org.jspecify.annotations.NullMarked;
