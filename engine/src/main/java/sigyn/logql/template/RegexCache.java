package sigyn.logql.template;

import com.google.re2j.Pattern;
import java.util.concurrent.ConcurrentHashMap;
import sigyn.model.GoRegex;

/// Compiled expressions of template functions, which get them as text for every line.
final class RegexCache {
    private static final int MAX = 1000;
    private static final ConcurrentHashMap<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private RegexCache() {}

    /// Throws `BAD_REQUEST`, `error parsing regexp: ..`.
    static Pattern compile(String regex) {
        Pattern known = PATTERNS.get(regex);
        if (known != null) {
            return known;
        }
        if (PATTERNS.size() >= MAX) {
            PATTERNS.clear();
        }
        Pattern pattern = GoRegex.compile(regex);
        PATTERNS.put(regex, pattern);
        return pattern;
    }
}
