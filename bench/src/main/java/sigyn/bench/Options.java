package sigyn.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// `--name value` on a command line.
final class Options {
    private static final Path SAMPLES_BESIDE = Path.of("../shared/corpora");
    private static final Path OWN_SAMPLES = Path.of("testdata/corpora");

    private Options() {}

    /// Those from an argument on.
    static Map<String, String> of(String[] args, int first) {
        var options = new HashMap<String, String>();
        for (int i = first; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        return options;
    }

    /// The folder of `--samples`; without it the samples beside the checkout if there are any, else the project's own.
    static Path samples(Map<String, String> options) {
        String named = options.get("samples");
        if (named != null) {
            return Path.of(named);
        }
        return Files.isDirectory(SAMPLES_BESIDE) ? SAMPLES_BESIDE : OWN_SAMPLES;
    }
}
