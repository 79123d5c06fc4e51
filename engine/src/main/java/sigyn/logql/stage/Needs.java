package sigyn.logql.stage;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which labels of a line anybody will look at. Parsers extract no others and stop when they have them all, so that
/// broken text behind the last wanted field goes unseen, as in Loki.
///
/// @param names the wanted labels, or null for all
/// @param keepsErrors the error label is itself wanted: failed lines stay in the result and are no failure of the query
/// @param wholeLines parsers go on to the end of a line all the same, and say of these labels and of errors what they
/// say when all are wanted
public record Needs(@Nullable Set<String> names, boolean keepsErrors, boolean wholeLines) {
    public static final Needs ALL = new Needs(null, false, true);

    /// Nothing at all: parsers need not run.
    public static final Needs NOTHING = new Needs(Set.of(), false, false);

    public static Needs of(Collection<String> names) {
        return new Needs(Set.copyOf(names), names.contains(Row.ERROR), false);
    }

    /// These labels, as they are among all of a line.
    public static Needs amongAll(Collection<String> names) {
        return new Needs(Set.copyOf(names), false, true);
    }

    public boolean all() {
        return names == null;
    }

    public boolean nothing() {
        return names != null && names.isEmpty() && !wholeLines;
    }

    public boolean wants(String name) {
        return names == null || names.contains(name);
    }

    /// True when so many wanted fields found are all there are.
    public boolean satisfied(int found) {
        return names != null && !wholeLines && found >= names.size();
    }

    /// True when some wanted name starts with this text: fields below it have to be looked at.
    public boolean wantsPrefix(String prefix) {
        if (names == null || wholeLines) {
            return true;
        }
        for (String name : names) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
