package sigyn.logql.stage;

import com.google.re2j.Pattern;
import java.util.HashSet;
import java.util.Map;
import sigyn.model.SigynException;

/// `| regexp "(?P<a>..)"`: the named groups of the first match become labels. Lines without a match stay as they are.
final class RegexpStage implements RowStage {
    private static final Pattern GROUP = Pattern.compile("\\(\\?P?<([A-Za-z_][A-Za-z0-9_]*)>");

    private final Pattern pattern;
    private final String[] names;
    private final int[] groups;
    private final Needs needs;

    RegexpStage(String regex, Needs needs) {
        this.needs = needs;
        pattern = compile(regex);
        Map<String, Integer> named = pattern.namedGroups();
        if (named.isEmpty()) {
            throw SigynException.badRequest("at least one named capture must be supplied");
        }
        names = new String[named.size()];
        groups = new int[named.size()];
        var seen = new HashSet<String>();
        var inOrder =
                named.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
        for (int i = 0; i < names.length; i++) {
            names[i] = FieldNames.sanitize(inOrder.get(i).getKey(), true);
            groups[i] = inOrder.get(i).getValue();
            if (!seen.add(names[i])) {
                throw SigynException.badRequest("duplicate extracted label name '" + names[i] + "'");
            }
        }
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

    @Override
    public boolean process(Row row) {
        if (needs.nothing()) {
            return true;
        }
        byte[] line = row.lineBytes();
        var matcher = pattern.matcher(line);
        if (!matcher.find()) {
            return true;
        }
        for (int i = 0; i < names.length; i++) {
            String name = row.extractedName(names[i]);
            if (!needs.wants(name) || row.isParsed(name)) {
                continue;
            }
            int start = matcher.start(groups[i]);
            row.set(name, start < 0 ? "" : row.texts().text(line, start, matcher.end(groups[i]) - start));
            row.countExtracted();
        }
        return true;
    }
}
