package sigyn.logql.stage;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.codec.CaptureFinder;
import sigyn.codec.LineShape;
import sigyn.model.SigynException;

/// `| regexp "(?P<a>..)"`: the named groups of the first match become labels. Lines without a match stay as they are.
final class RegexpStage extends CaptureStage {
    private static final Pattern GROUP = Pattern.compile("\\(\\?P?<([A-Za-z_][A-Za-z0-9_]*)>");

    private final String regex;
    private final Pattern pattern;
    private final int[] groups;
    private @Nullable CaptureFinder finder;
    private boolean knowsFinder;

    RegexpStage(String regex, Needs needs) {
        this(regex, compile(regex), needs);
    }

    private RegexpStage(String regex, Pattern pattern, Needs needs) {
        super(names(pattern), needs);
        this.regex = regex;
        this.pattern = pattern;
        groups = inOrder(pattern).stream().mapToInt(Map.Entry::getValue).toArray();
    }

    private static List<Map.Entry<String, Integer>> inOrder(Pattern pattern) {
        return pattern.namedGroups().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .toList();
    }

    private static String[] names(Pattern pattern) {
        var groups = inOrder(pattern);
        if (groups.isEmpty()) {
            throw SigynException.badRequest("at least one named capture must be supplied");
        }
        var names = new LinkedHashSet<String>();
        for (var group : groups) {
            String name = FieldNames.sanitize(group.getKey(), true);
            if (!names.add(name)) {
                throw SigynException.badRequest("duplicate extracted label name '" + name + "'");
            }
        }
        return names.toArray(String[]::new);
    }

    @Override
    int[] pieces(byte[] b, int from, int to) {
        var matcher = pattern.matcher(from == 0 && to == b.length ? b : Arrays.copyOfRange(b, from, to));
        if (!matcher.find()) {
            return NOTHING;
        }
        int[] pieces = new int[groups.length * 2];
        for (int i = 0; i < groups.length; i++) {
            int start = matcher.start(groups[i]);
            pieces[i * 2] = start < 0 ? from : from + start;
            pieces[i * 2 + 1] = start < 0 ? from : from + matcher.end(groups[i]);
        }
        return pieces;
    }

    @Override
    public int @Nullable [] pieces(LineShape shape) {
        if (!knowsFinder) {
            finder = CaptureFinder.of(regex);
            knowsFinder = true;
        }
        int[] found = finder == null ? null : finder.find(shape);
        if (found == null || finder == null || finder.names().size() != groups.length) {
            return null;
        }
        int[] pieces = found.clone();
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = Math.max(0, found[i]);
        }
        return pieces;
    }

    /// A name that occurs twice is refused in Loki's words, not in the engine's.
    private static Pattern compile(String regex) {
        try {
            return Regexes.compile(regex);
        } catch (SigynException e) {
            if (String.valueOf(e.getMessage()).contains("duplicate capture group name")) {
                refuseTwice(regex);
            }
            throw e;
        }
    }

    private static void refuseTwice(String regex) {
        var seen = new HashSet<String>();
        var group = GROUP.matcher(regex);
        while (group.find()) {
            if (!seen.add(group.group(1))) {
                throw SigynException.badRequest("duplicate extracted label name '" + group.group(1) + "'");
            }
        }
    }
}
