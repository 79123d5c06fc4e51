package sigyn.logql.parse;

import sigyn.model.GoQuote;

/// Numbers as they stand in a query.
final class Numbers {
    private Numbers() {}

    /// A decimal number; anything else is refused.
    static double literal(String text) {
        if (isHex(text)) {
            throw ParseErrors.of("unable to parse literal as a float: strconv.ParseFloat: parsing "
                    + GoQuote.quote(text) + ": invalid syntax");
        }
        return Double.parseDouble(text.replace("_", ""));
    }

    /// A number in a label filter: what is no decimal counts as 0, as Loki has it.
    static double lenient(String text) {
        return isHex(text) ? 0 : Double.parseDouble(text.replace("_", ""));
    }

    private static boolean isHex(String text) {
        return text.length() > 1
                && text.charAt(0) == '0'
                && Character.isLetter(text.charAt(1))
                && text.charAt(1) != 'e'
                && text.charAt(1) != 'E';
    }
}
