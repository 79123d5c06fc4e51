package sigyn.client;

import java.time.Duration;
import java.util.Optional;

/// A server's answer to one attempt.
///
/// @param text the beginning of the body
/// @param retryAfter how long the server asks to wait
/// @param refused the server's own count of refused lines
/// @param authorization what the request identified itself with; empty for nothing
record Reply(int status, String text, Optional<Duration> retryAfter, Optional<Integer> refused, String authorization) {}
