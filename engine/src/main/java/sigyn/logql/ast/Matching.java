package sigyn.logql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which series of the two sides of a binary operation belong together.
///
/// @param on true: `names` are all that is compared; false: everything but `names`
/// @param many the side with several series per match, `include` are labels it takes from the other side
public record Matching(
        boolean on, List<String> names, @Nullable Side many, List<String> include) {
    /// What is meant when nothing is said: all labels, one to one.
    public static final Matching ALL = new Matching(false, List.of(), null, List.of());

    public Matching {
        names = List.copyOf(names);
        include = List.copyOf(include);
    }

    public enum Side {
        LEFT("group_left"),
        RIGHT("group_right");

        private final String text;

        Side(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
