package sigyn.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A password or token: given as text, or kept in a file that is read again for every request, so that a rotated secret
/// takes effect without a restart. Never printed.
public final class Secret {
    private final String text;
    private final boolean isFile;

    private Secret(String text, boolean isFile) {
        this.text = text;
        this.isFile = isFile;
    }

    public static Secret of(String value) {
        return new Secret(value, false);
    }

    public static Secret inFile(Path file) {
        return new Secret(file.toString(), true);
    }

    boolean isFile() {
        return isFile;
    }

    /// The current value, without surrounding blanks.
    String value() throws IOException {
        return isFile ? Files.readString(Path.of(text)).strip() : text;
    }

    @Override
    public String toString() {
        return "***";
    }
}
