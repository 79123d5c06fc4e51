package sigyn.storage.port;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;

/// Matching rows whose lines have one template, for those who evaluate on structure instead of lines: pieces of static
/// text with a variable between each two. A line is `piece(0)`, the first variable's value, `piece(1)`, ...
///
/// Rows are numbered in time order from 0 within the template; [#chosen] are those that match. Only valid during the
/// call that hands it out.
public interface TemplateRows {
    /// Values of a column, and which of them each row has: -1 for none. Not to be changed.
    record Dictionary(List<byte[]> values, int[] index) {}

    int variables();

    /// True when the template says all about the shape of its lines: `LinePattern` finds the same static text in each
    /// of them, and in no other line.
    boolean isShape();

    /// Static text number `i`, from 0 to [#variables].
    byte[] piece(int i);

    /// The bytes that values of variable `v` may have, as a set of 256 bits. Perhaps more than occur.
    long[] bytes(int v);

    /// Bytes of the shortest value of variable `v`, or fewer.
    int minLength(int v);

    /// Bytes of the longest value of variable `v`, or more.
    int maxLength(int v);

    /// The values of variable `v` as numbers, when each is a decimal number without sign or leading zeros below two to
    /// the power of 63; else null. Not to be changed.
    long @Nullable [] numbers(int v);

    /// The dictionary of variable `v`, when it is stored as one or all values are equal; else null.
    @Nullable
    Dictionary dictionary(int v);

    /// Writes the value of variable `v` in row `k` at `at` and returns the offset behind it; `out` has room for
    /// [#maxLength] bytes and 16 more, which may be overwritten.
    int write(int v, int k, byte[] out, int at);

    /// Bytes of the line of row `k`.
    int lineLength(int k);

    /// The matching rows, ascending. Not to be changed.
    int[] chosen();

    long time(int k);

    /// What [#stream] points into.
    List<Labels> streams();

    int stream(int k);

    /// The keys of structured metadata that rows of the unit have, or null when that is not known.
    @Nullable
    List<String> metadataKeys();

    /// The values of a key of structured metadata, by row of the template; null when they are too many to be numbered.
    @Nullable
    Dictionary metadata(String key);
}
