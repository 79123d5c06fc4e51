package sigyn.logql.template;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Times written and read by Go's layouts, in which `Mon Jan 2 15:04:05 MST 2006` stands for the parts.
final class GoLayout {
    static final String[] MONTHS = {
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December"
    };
    static final String[] DAYS = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

    /// Longest first where one starts with another.
    private static final String[] PARTS = {
        "January",
        "Jan",
        "Monday",
        "Mon",
        "MST",
        "2006",
        "-07:00:00",
        "-070000",
        "-07:00",
        "-0700",
        "-07",
        "Z07:00:00",
        "Z070000",
        "Z07:00",
        "Z0700",
        "Z07",
        "002",
        "01",
        "02",
        "03",
        "04",
        "05",
        "06",
        "15",
        "PM",
        "pm",
        "__2",
        "_2",
        "1",
        "2",
        "3",
        "4",
        "5"
    };

    private GoLayout() {}

    private static String part(String layout, int at) {
        char c = layout.charAt(at);
        if ((c == '.' || c == ',') && at + 1 < layout.length() && "09".indexOf(layout.charAt(at + 1)) >= 0) {
            char digit = layout.charAt(at + 1);
            int end = at + 1;
            while (end < layout.length() && layout.charAt(end) == digit) {
                end++;
            }
            if (end == layout.length() || !Character.isDigit(layout.charAt(end))) {
                return layout.substring(at, end);
            }
        }
        if (layout.startsWith("_2006", at)) {
            return "";
        }
        for (String part : PARTS) {
            if (layout.startsWith(part, at)) {
                boolean word = part.equals("Jan") || part.equals("Mon");
                int next = at + part.length();
                if (word && next < layout.length() && Character.isLowerCase(layout.charAt(next))) {
                    continue;
                }
                return part;
            }
        }
        return "";
    }

    static String format(String layout, ZonedDateTime t) {
        var out = new StringBuilder(layout.length() + 16);
        int at = 0;
        while (at < layout.length()) {
            String part = part(layout, at);
            if (part.isEmpty()) {
                out.append(layout.charAt(at++));
                continue;
            }
            at += part.length();
            append(out, part, t);
        }
        return out.toString();
    }

    private static void append(StringBuilder out, String part, ZonedDateTime t) {
        switch (part) {
            case "January" -> out.append(MONTHS[t.getMonthValue() - 1]);
            case "Jan" -> out.append(MONTHS[t.getMonthValue() - 1], 0, 3);
            case "Monday" -> out.append(DAYS[t.getDayOfWeek().getValue() % 7]);
            case "Mon" -> out.append(DAYS[t.getDayOfWeek().getValue() % 7], 0, 3);
            case "2006" -> pad(out, t.getYear(), 4);
            case "06" -> pad(out, Math.floorMod(t.getYear(), 100), 2);
            case "01" -> pad(out, t.getMonthValue(), 2);
            case "1" -> out.append(t.getMonthValue());
            case "02" -> pad(out, t.getDayOfMonth(), 2);
            case "_2" -> out.append(t.getDayOfMonth() < 10 ? " " : "").append(t.getDayOfMonth());
            case "2" -> out.append(t.getDayOfMonth());
            case "002" -> pad(out, t.getDayOfYear(), 3);
            case "__2" -> out.append(String.format(Locale.ROOT, "%3d", t.getDayOfYear()));
            case "15" -> pad(out, t.getHour(), 2);
            case "03" -> pad(out, twelve(t.getHour()), 2);
            case "3" -> out.append(twelve(t.getHour()));
            case "04" -> pad(out, t.getMinute(), 2);
            case "4" -> out.append(t.getMinute());
            case "05" -> pad(out, t.getSecond(), 2);
            case "5" -> out.append(t.getSecond());
            case "PM" -> out.append(t.getHour() >= 12 ? "PM" : "AM");
            case "pm" -> out.append(t.getHour() >= 12 ? "pm" : "am");
            case "MST" -> out.append(zoneName(t));
            default -> {
                if (part.charAt(0) == '.' || part.charAt(0) == ',') {
                    fraction(out, part, t.getNano());
                } else {
                    offset(out, part, t.getOffset().getTotalSeconds());
                }
            }
        }
    }

    private static int twelve(int hour) {
        return hour % 12 == 0 ? 12 : hour % 12;
    }

    private static String zoneName(ZonedDateTime t) {
        if (t.getZone() instanceof ZoneOffset offset) {
            if (offset.equals(ZoneOffset.UTC)) {
                return "UTC";
            }
            var out = new StringBuilder();
            offset(out, offset.getTotalSeconds() % 3600 == 0 ? "-07" : "-0700", offset.getTotalSeconds());
            return out.toString();
        }
        boolean summer = t.getZone().getRules().isDaylightSavings(t.toInstant());
        return java.util.TimeZone.getTimeZone(t.getZone())
                .getDisplayName(summer, java.util.TimeZone.SHORT, Locale.ENGLISH);
    }

    private static void fraction(StringBuilder out, String part, int nanos) {
        String digits = String.format(Locale.ROOT, "%09d", nanos).substring(0, Math.min(9, part.length() - 1));
        if (part.charAt(1) == '9') {
            int end = digits.length();
            while (end > 0 && digits.charAt(end - 1) == '0') {
                end--;
            }
            if (end == 0) {
                return;
            }
            digits = digits.substring(0, end);
        }
        out.append(part.charAt(0)).append(digits);
    }

    private static void offset(StringBuilder out, String part, int seconds) {
        if (part.charAt(0) == 'Z' && seconds == 0) {
            out.append('Z');
            return;
        }
        int size = Math.abs(seconds);
        out.append(seconds < 0 ? '-' : '+');
        pad(out, size / 3600, 2);
        if (part.length() > 3) {
            out.append(part.contains(":") ? ":" : "");
            pad(out, size / 60 % 60, 2);
        }
        if (part.length() > 6) {
            out.append(part.contains(":") ? ":" : "");
            pad(out, size % 60, 2);
        }
    }

    private static void pad(StringBuilder out, int value, int width) {
        String digits = Integer.toString(value);
        out.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }

    /// Reads a time, in a zone unless the text has one of its own; null when it does not fit the layout.
    static @Nullable ZonedDateTime parse(String layout, String text, ZoneId zone) {
        try {
            return new Reader(layout, text).read(zone);
        } catch (DateTimeException | IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    private static final class Reader {
        private final String layout;
        private final String text;
        private int at;
        private int year = 0;
        private int month = 1;
        private int day = 1;
        private int hour;
        private int minute;
        private int second;
        private int nano;
        private boolean pm;
        private boolean twelve;
        private @Nullable Integer offset;

        Reader(String layout, String text) {
            this.layout = layout;
            this.text = text;
        }

        ZonedDateTime read(ZoneId zone) {
            int i = 0;
            while (i < layout.length()) {
                String part = part(layout, i);
                if (part.isEmpty()) {
                    if (text.charAt(at++) != layout.charAt(i++)) {
                        throw new DateTimeException(text);
                    }
                    continue;
                }
                i += part.length();
                take(part);
                if ((part.equals("05") || part.equals("5"))
                        && at < text.length()
                        && text.charAt(at) == '.'
                        && !(i < layout.length() && ".,".indexOf(layout.charAt(i)) >= 0)) {
                    at++;
                    readFraction();
                }
            }
            if (at != text.length()) {
                throw new DateTimeException(text);
            }
            if (twelve) {
                hour = hour % 12 + (pm ? 12 : 0);
            }
            var local = LocalDateTime.of(year, month, day, hour, minute, second, nano);
            return offset == null ? local.atZone(zone) : local.atZone(ZoneOffset.ofTotalSeconds(offset));
        }

        private void take(String part) {
            switch (part) {
                case "January" -> month = name(MONTHS, false) + 1;
                case "Jan" -> month = name(MONTHS, true) + 1;
                case "Monday" -> name(DAYS, false);
                case "Mon" -> name(DAYS, true);
                case "2006" -> year = number(4, 4);
                case "06" -> {
                    int two = number(2, 2);
                    year = two >= 69 ? 1900 + two : 2000 + two;
                }
                case "01" -> month = number(2, 2);
                case "1" -> month = number(1, 2);
                case "02" -> day = number(2, 2);
                case "2" -> day = number(1, 2);
                case "_2" -> {
                    if (text.charAt(at) == ' ') {
                        at++;
                    }
                    day = number(1, 2);
                }
                case "15" -> hour = number(2, 2);
                case "03", "3" -> {
                    hour = number(part.length(), 2);
                    twelve = true;
                }
                case "04", "4" -> minute = number(part.length(), 2);
                case "05", "5" -> second = number(part.length(), 2);
                case "PM", "pm" -> {
                    twelve = true;
                    pm = text.regionMatches(true, at, "PM", 0, 2);
                    at += 2;
                }
                case "MST" -> {
                    int start = at;
                    while (at < text.length() && Character.isUpperCase(text.charAt(at))) {
                        at++;
                    }
                    if (text.substring(start, at).equals("UTC")) {
                        offset = 0;
                    }
                }
                default -> {
                    if (part.charAt(0) == '.' || part.charAt(0) == ',') {
                        if (part.charAt(1) == '0' || at < text.length() && ".,".indexOf(text.charAt(at)) >= 0) {
                            at++;
                            readFraction();
                        }
                    } else {
                        readOffset(part);
                    }
                }
            }
        }

        private int name(String[] names, boolean brief) {
            for (int i = 0; i < names.length; i++) {
                String name = brief ? names[i].substring(0, 3) : names[i];
                if (text.regionMatches(true, at, name, 0, name.length())) {
                    at += name.length();
                    return i;
                }
            }
            throw new DateTimeException(text);
        }

        private int number(int min, int max) {
            int start = at;
            while (at < text.length() && at - start < max && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at - start < min) {
                throw new DateTimeException(text);
            }
            return Integer.parseInt(text.substring(start, at));
        }

        private void readFraction() {
            int start = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            String digits = (text.substring(start, at) + "000000000").substring(0, 9);
            nano = Integer.parseInt(digits);
        }

        private void readOffset(String part) {
            if (part.charAt(0) == 'Z' && text.charAt(at) == 'Z') {
                at++;
                offset = 0;
                return;
            }
            int sign = text.charAt(at) == '-' ? -1 : 1;
            if ("+-".indexOf(text.charAt(at++)) < 0) {
                throw new DateTimeException(text);
            }
            int seconds = number(2, 2) * 3600;
            boolean colons = part.contains(":");
            if (part.length() > 3) {
                at += colons ? 1 : 0;
                seconds += number(2, 2) * 60;
            }
            if (part.length() > 6) {
                at += colons ? 1 : 0;
                seconds += number(2, 2);
            }
            offset = sign * seconds;
        }
    }
}
