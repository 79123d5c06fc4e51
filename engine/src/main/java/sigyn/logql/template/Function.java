package sigyn.logql.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a template can call.
///
/// @param most arguments at most, -1 for any number
record Function(int least, int most, Body body) {
    @FunctionalInterface
    interface Body {
        @Nullable
        Object call(List<@Nullable Object> arguments, Context context) throws TemplateException;
    }

    /// What the line at hand gives: its text and time.
    interface Context {
        String line();

        long time();
    }
}
