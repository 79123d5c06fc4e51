package sigyn.bench;

import java.util.HashMap;
import java.util.Map;

/// `--name value` on a command line.
final class Options {
    private Options() {}

    /// Those from an argument on.
    static Map<String, String> of(String[] args, int first) {
        var options = new HashMap<String, String>();
        for (int i = first; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        return options;
    }
}
