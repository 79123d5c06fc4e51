package sigyn.server.ingest;

import sigyn.model.SigynException;

/// Names of structured metadata and of OpenTelemetry attributes as they are kept: each run of characters other than
/// letters and digits is one `_`, a digit in front gets `key_`; a name wrapped in double underscores stays.
final class MetadataName {
    private MetadataName() {}

    /// Throws `BAD_REQUEST` when nothing of the name is left.
    static String normalize(String name) {
        if (isPlain(name)) {
            return name;
        }
        if (name.length() > 4 && name.startsWith("__") && name.endsWith("__") && LabelText.isName(name)) {
            return name;
        }
        var out = new StringBuilder(name.length() + 4);
        if (!name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9') {
            out.append("key_");
        }
        boolean something = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isAlphanumeric(c)) {
                out.append(c);
                something = true;
            } else if (out.isEmpty() || out.charAt(out.length() - 1) != '_') {
                out.append('_');
            }
        }
        if (!something) {
            throw SigynException.badRequest("normalization for label name " + sigyn.model.GoQuote.quote(name)
                    + " resulted in invalid name " + sigyn.model.GoQuote.quote(out.toString()));
        }
        return out.toString();
    }

    /// True when the name already is what it would become.
    static boolean isPlain(String name) {
        if (name.isEmpty() || name.charAt(0) <= '9') {
            return false;
        }
        boolean something = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isAlphanumeric(c)) {
                something = true;
            } else if (c != '_' || i > 0 && name.charAt(i - 1) == '_') {
                return false;
            }
        }
        return something;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
