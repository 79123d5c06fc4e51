package sigyn.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;

/// Names and values of a query string or a form, in order; a name may come more than once.
public final class Params {
    public record Pair(String name, String value) {}

    public static final Params NONE = new Params(List.of());

    private final List<Pair> pairs;

    private Params(List<Pair> pairs) {
        this.pairs = pairs;
    }

    /// Reads `a=1&b=2`. A bad percent escape is the caller's error: `invalid URL escape "%zz"`.
    public static Params parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return NONE;
        }
        var pairs = new ArrayList<Pair>();
        int at = 0;
        while (at <= text.length()) {
            int end = text.indexOf('&', at);
            if (end < 0) {
                end = text.length();
            }
            if (end > at) {
                int equals = text.indexOf('=', at);
                boolean hasValue = equals >= 0 && equals < end;
                String name = decode(text, at, hasValue ? equals : end);
                pairs.add(new Pair(name, hasValue ? decode(text, equals + 1, end) : ""));
            }
            at = end + 1;
        }
        return new Params(pairs);
    }

    /// Percent-decodes part of a query string, `+` being a blank.
    public static String decode(String text, int from, int to) {
        return percentDecode(text.substring(from, to), true);
    }

    /// Percent-decodes; bytes are UTF-8.
    public static String percentDecode(String text, boolean plusIsBlank) {
        if (text.indexOf('%') < 0 && !(plusIsBlank && text.indexOf('+') >= 0)) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int n = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                int high = i + 1 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    String found = new String(in, i, Math.min(3, in.length - i), StandardCharsets.UTF_8);
                    throw SigynException.badRequest("invalid URL escape \"" + found + "\"");
                }
                out[n++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[n++] = plusIsBlank && in[i] == '+' ? (byte) ' ' : in[i];
            }
        }
        return new String(out, 0, n, StandardCharsets.UTF_8);
    }

    /// These pairs, then the other's: the first of a name wins.
    public Params then(Params other) {
        var all = new ArrayList<>(pairs);
        all.addAll(other.pairs);
        return new Params(all);
    }

    public @Nullable String first(String name) {
        for (var p : pairs) {
            if (p.name().equals(name)) {
                return p.value();
            }
        }
        return null;
    }

    public String firstOr(String name, String otherwise) {
        String value = first(name);
        return value == null ? otherwise : value;
    }

    public List<String> all(String name) {
        return pairs.stream()
                .filter(p -> p.name().equals(name))
                .map(Pair::value)
                .toList();
    }

    public List<Pair> pairs() {
        return pairs;
    }
}
