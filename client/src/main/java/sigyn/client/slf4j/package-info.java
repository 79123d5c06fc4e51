/// A provider for SLF4J 2, for programs without a logging framework. Only takes effect when asked for: by the jar
/// `sigyn-client-slf4j`, or by `-Dslf4j.provider=sigyn.client.slf4j.SigynServiceProvider`.
@NullMarked
package sigyn.client.slf4j;

import org.jspecify.annotations.NullMarked;
