package sigyn.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What tells one store from another, and from the one that was in the same folder before: a random number, made once,
/// as 16 hex digits in the file `identity`.
final class StoreIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(StoreIdentity.class);
    private static final int DIGITS = 16;

    private StoreIdentity() {}

    /// That of a folder. One that cannot be written lasts until the end of the process.
    static long of(Path directory) {
        Path file = directory.resolve("identity");
        try {
            if (Files.exists(file)) {
                String text =
                        Files.readString(file, StandardCharsets.ISO_8859_1).strip();
                if (text.length() == DIGITS) {
                    return Long.parseUnsignedLong(text, 16);
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.warn("{}: {}; there is a new one", file, e.toString());
        }
        long fresh = new SecureRandom().nextLong();
        try {
            write(file, "%016x%n".formatted(fresh));
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", file, e.toString());
        }
        return fresh;
    }

    private static void write(Path file, String text) throws IOException {
        Path made = file.resolveSibling("identity.new");
        try (var channel = FileChannel.open(
                made, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
