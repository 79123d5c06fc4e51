package sigyn.logql.template;

import com.google.re2j.Pattern;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;

/// Functions on text that log templates have beside Go's own.
final class TextFunctions {
    private static final int MAX_LENGTH = 1 << 20;

    private TextFunctions() {}

    private interface Of1 {
        Object call(String a) throws TemplateException;
    }

    private interface Of2 {
        Object call(String a, String b) throws TemplateException;
    }

    private static Function of(Of1 body) {
        return new Function(1, 1, (a, _) -> body.call(text(a, 0)));
    }

    private static Function of(Of2 body) {
        return new Function(2, 2, (a, _) -> body.call(text(a, 0), text(a, 1)));
    }

    static String text(List<@Nullable Object> arguments, int i) throws TemplateException {
        if (arguments.get(i) instanceof String s) {
            return s;
        }
        throw new TemplateException("wrong type for value; expected string; got " + Values.type(arguments.get(i)));
    }

    static int whole(List<@Nullable Object> arguments, int i) throws TemplateException {
        if (arguments.get(i) instanceof Long l) {
            return Math.clamp(l, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        throw new TemplateException("wrong type for value; expected int; got " + Values.type(arguments.get(i)));
    }

    static void register(Map<String, Function> f) {
        Of1 lower = TextFunctions::lower;
        Of1 upper = TextFunctions::upper;
        f.put("ToLower", of(lower));
        f.put("lower", of(lower));
        f.put("ToUpper", of(upper));
        f.put("upper", of(upper));
        f.put("title", of((Of1) TextFunctions::title));
        f.put("Replace", new Function(4, 4, (a, _) -> replace(text(a, 0), text(a, 1), text(a, 2), whole(a, 3))));
        f.put("replace", new Function(3, 3, (a, _) -> replace(text(a, 2), text(a, 0), text(a, 1), -1)));
        f.put("Trim", of((s, cut) -> trimRight(trimLeft(s, cut), cut)));
        f.put("TrimLeft", of(TextFunctions::trimLeft));
        f.put("TrimRight", of(TextFunctions::trimRight));
        f.put("TrimPrefix", of((s, p) -> s.startsWith(p) ? s.substring(p.length()) : s));
        f.put("TrimSuffix", of((s, p) -> trimSuffix(s, p)));
        f.put("TrimSpace", of((Of1) String::strip));
        f.put("trim", of((Of1) String::strip));
        f.put("trimAll", of((cut, s) -> trimRight(trimLeft(s, cut), cut)));
        f.put("trimPrefix", of((p, s) -> s.startsWith(p) ? s.substring(p.length()) : s));
        f.put("trimSuffix", of((p, s) -> trimSuffix(s, p)));
        f.put("contains", of((sub, s) -> s.contains(sub)));
        f.put("hasPrefix", of((p, s) -> s.startsWith(p)));
        f.put("hasSuffix", of((p, s) -> s.endsWith(p)));
        f.put("indent", new Function(2, 2, (a, _) -> indent(whole(a, 0), text(a, 1))));
        f.put("nindent", new Function(2, 2, (a, _) -> "\n" + indent(whole(a, 0), text(a, 1))));
        f.put("repeat", new Function(2, 2, (a, _) -> repeat(text(a, 1), whole(a, 0))));
        f.put("trunc", new Function(2, 2, (a, _) -> trunc(whole(a, 0), text(a, 1))));
        f.put("substr", new Function(3, 3, (a, _) -> substr(whole(a, 0), whole(a, 1), text(a, 2))));
        f.put("alignLeft", new Function(2, 2, (a, _) -> align(whole(a, 0), text(a, 1), true)));
        f.put("alignRight", new Function(2, 2, (a, _) -> align(whole(a, 0), text(a, 1), false)));
        f.put("b64enc", of((Of1) s -> Base64.getEncoder().encodeToString(GoStrings.bytes(s))));
        f.put("b64dec", of((Of1) TextFunctions::b64dec));
        f.put("urlencode", of((Of1) s ->
                URLEncoder.encode(s, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~")));
        f.put("urldecode", of((Of1) TextFunctions::urldecode));
        f.put("regexReplaceAll", new Function(3, 3, (a, _) -> replaceAll(text(a, 0), text(a, 1), text(a, 2), true)));
        f.put(
                "regexReplaceAllLiteral",
                new Function(3, 3, (a, _) -> replaceAll(text(a, 0), text(a, 1), text(a, 2), false)));
        f.put("count", of((regex, s) -> {
            var matcher = compile(regex).matcher(s);
            long n = 0;
            while (matcher.find()) {
                n++;
            }
            return n;
        }));
        f.put("default", new Function(1, 2, (a, _) -> {
            Object given = a.size() < 2 ? null : a.get(1);
            return Values.isTrue(given) ? given : a.getFirst();
        }));
        f.put("fromJson", new Function(1, 1, (a, _) -> JsonValues.parse(text(a, 0))));
    }

    private static String lower(String s) {
        var out = new StringBuilder(s.length());
        s.codePoints().forEach(c -> out.appendCodePoint(Character.toLowerCase(c)));
        return out.toString();
    }

    /// Letters one by one: `ß` stays.
    private static String upper(String s) {
        var out = new StringBuilder(s.length());
        s.codePoints().forEach(c -> out.appendCodePoint(Character.toUpperCase(c)));
        return out.toString();
    }

    private static String title(String s) {
        var out = new StringBuilder(s.length());
        int previous = ' ';
        for (int i = 0; i < s.length(); ) {
            int c = s.codePointAt(i);
            i += Character.charCount(c);
            boolean separator = !(Character.isLetterOrDigit(previous) || previous == '_') && previous < 128
                    || previous >= 128 && Character.isWhitespace(previous);
            out.appendCodePoint(separator && previous != '\'' ? Character.toTitleCase(c) : c);
            previous = c;
        }
        return out.toString();
    }

    private static String replace(String s, String old, String by, int times) throws TemplateException {
        if (times < 0 && !old.isEmpty()) {
            return limited(s.replace(old, by));
        }
        var out = new StringBuilder();
        int from = 0;
        int done = 0;
        while (times < 0 || done < times) {
            int hit = s.indexOf(old, old.isEmpty() && done > 0 ? from + 1 : from);
            if (hit < 0 || old.isEmpty() && hit > s.length()) {
                break;
            }
            if (old.isEmpty() && done > 0 && from >= s.length()) {
                break;
            }
            out.append(s, from, hit).append(by);
            from = hit + old.length();
            done++;
        }
        return limited(out.append(s, from, s.length()).toString());
    }

    private static String limited(String s) throws TemplateException {
        if (s.length() > MAX_LENGTH) {
            throw new TemplateException("text of " + s.length() + " characters, the limit is " + MAX_LENGTH);
        }
        return s;
    }

    private static String trimLeft(String s, String cut) {
        int i = 0;
        while (i < s.length() && cut.indexOf(s.codePointAt(i)) >= 0) {
            i += Character.charCount(s.codePointAt(i));
        }
        return s.substring(i);
    }

    private static String trimRight(String s, String cut) {
        int i = s.length();
        while (i > 0 && cut.indexOf(s.codePointBefore(i)) >= 0) {
            i -= Character.charCount(s.codePointBefore(i));
        }
        return s.substring(0, i);
    }

    private static String trimSuffix(String s, String suffix) {
        return s.endsWith(suffix) ? s.substring(0, s.length() - suffix.length()) : s;
    }

    private static String indent(int blanks, String s) throws TemplateException {
        String pad = repeat(" ", blanks);
        return limited(pad + s.replace("\n", "\n" + pad));
    }

    private static String repeat(String s, int times) throws TemplateException {
        if (times < 0) {
            throw new TemplateException("strings: negative Repeat count");
        }
        if ((long) s.length() * times > MAX_LENGTH) {
            throw new TemplateException("repeat: the result is longer than " + MAX_LENGTH + " characters");
        }
        return s.repeat(times);
    }

    private static String trunc(int n, String s) {
        int length = GoStrings.length(s);
        if (n < 0 && length + n > 0) {
            return GoStrings.slice(s, length + n, length);
        }
        return n >= 0 && length > n ? GoStrings.slice(s, 0, n) : s;
    }

    private static String substr(int start, int end, String s) throws TemplateException {
        int length = GoStrings.length(s);
        if (start < 0) {
            return GoStrings.slice(s, 0, bounded(0, end, length));
        }
        if (end < 0 || end > length) {
            return GoStrings.slice(s, start, bounded(start, length, length));
        }
        return GoStrings.slice(s, start, bounded(start, end, length));
    }

    private static int bounded(int from, int to, int length) throws TemplateException {
        if (to > length || to < 0) {
            throw new TemplateException("runtime error: slice bounds out of range [:" + to + "] with length " + length);
        }
        if (from > to) {
            throw new TemplateException("runtime error: slice bounds out of range [" + from + ":" + to + "]");
        }
        return to;
    }

    private static String align(int n, String s, boolean left) throws TemplateException {
        int length = s.codePointCount(0, s.length());
        if (n < 0 || n == length) {
            return s;
        }
        if (n > length) {
            String pad = repeat(" ", n - length);
            return left ? s + pad : pad + s;
        }
        return left ? s.substring(0, s.offsetByCodePoints(0, n)) : s.substring(s.offsetByCodePoints(0, length - n));
    }

    private static String b64dec(String s) {
        try {
            byte[] bytes = Base64.getDecoder().decode(s.getBytes(StandardCharsets.UTF_8));
            return GoStrings.text(bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            int bad = 0;
            while (bad < s.length()
                    && "+/=".indexOf(s.charAt(bad)) + 1 + (Character.isLetterOrDigit(s.charAt(bad)) ? 1 : 0) > 0) {
                bad++;
            }
            return "illegal base64 data at input byte " + bad;
        }
    }

    private static String urldecode(String s) throws TemplateException {
        var out = new java.io.ByteArrayOutputStream(s.length());
        byte[] in = GoStrings.bytes(s);
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '+') {
                out.write(' ');
            } else if (in[i] == '%') {
                int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new TemplateException("invalid URL escape "
                            + sigyn.model.GoQuote.quote(GoStrings.text(in, i, Math.min(in.length, i + 3))));
                }
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(in[i]);
            }
        }
        byte[] bytes = out.toByteArray();
        return GoStrings.text(bytes, 0, bytes.length);
    }

    private static Pattern compile(String regex) throws TemplateException {
        try {
            return RegexCache.compile(regex);
        } catch (SigynException e) {
            throw new TemplateException(String.valueOf(e.getMessage()));
        }
    }

    private static String replaceAll(String regex, String s, String by, boolean expand) throws TemplateException {
        var pattern = compile(regex);
        var matcher = pattern.matcher(s);
        var out = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            out.append(s, from, matcher.start());
            if (expand) {
                Expansion.append(out, by, matcher, pattern.namedGroups());
            } else {
                out.append(by);
            }
            from = matcher.end();
            if (out.length() > MAX_LENGTH) {
                break;
            }
        }
        return limited(out.append(s, from, s.length()).toString());
    }
}
