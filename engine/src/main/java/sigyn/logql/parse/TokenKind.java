package sigyn.logql.parse;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a token can be; `text` is how messages name it.
enum TokenKind {
    END("$end"),
    /// Text that is no token; it is refused when the parser comes to it.
    ERROR(""),
    IDENTIFIER("IDENTIFIER"),
    STRING("STRING"),
    NUMBER("NUMBER"),
    DURATION("DURATION"),
    BYTES("BYTES"),
    RANGE("RANGE"),
    FLAG("FUNCTION_FLAG"),

    OPEN_BRACE("{"),
    CLOSE_BRACE("}"),
    OPEN_PAREN("("),
    CLOSE_PAREN(")"),
    COMMA(","),
    DOT("."),
    PIPE("|"),
    PIPE_EXACT("|="),
    PIPE_MATCH("|~"),
    PIPE_PATTERN("|>"),
    NPA("!>"),
    EQ("="),
    CMP_EQ("=="),
    NEQ("!="),
    RE("=~"),
    NRE("!~"),
    GT(">"),
    GTE(">="),
    LT("<"),
    LTE("<="),
    ADD("+"),
    SUB("-"),
    MUL("*"),
    DIV("/"),
    MOD("%"),
    POW("^"),

    JSON("json"),
    LOGFMT("logfmt"),
    REGEXP("regexp"),
    UNPACK("unpack"),
    PATTERN("pattern"),
    LINE_FORMAT("line_format"),
    LABEL_FORMAT("label_format"),
    DECOLORIZE("decolorize"),
    DROP("drop"),
    KEEP("keep"),
    UNWRAP("unwrap"),
    OFFSET("offset"),
    BOOL("bool"),
    BY("by"),
    WITHOUT("without"),
    ON("on"),
    IGNORING("ignoring"),
    GROUP_LEFT("group_left"),
    GROUP_RIGHT("group_right"),
    OR("or"),
    AND("and"),
    UNLESS("unless"),
    OF("of"),
    VARIANTS("variants"),

    IP("ip"),
    BYTES_CONV("BYTES_CONV"),
    DURATION_CONV("DURATION_CONV"),
    DURATION_SECONDS_CONV("DURATION_SECONDS_CONV"),
    RANGE_FUNCTION("range function"),
    VECTOR_FUNCTION("vector function"),
    VECTOR("VECTOR"),
    LABEL_REPLACE("LABEL_REPLACE"),
    COUNT_DISTINCT("COUNT_DISTINCT");

    private static final Map<String, TokenKind> KEYWORDS = new HashMap<>();

    static {
        for (var kind : EnumSet.range(JSON, VARIANTS)) {
            KEYWORDS.put(kind.text, kind);
        }
    }

    private final String text;

    TokenKind(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /// The keyword that an identifier is, in any case of letters, or null.
    static @Nullable TokenKind keyword(String identifier) {
        return KEYWORDS.get(identifier.toLowerCase(Locale.ROOT));
    }
}
