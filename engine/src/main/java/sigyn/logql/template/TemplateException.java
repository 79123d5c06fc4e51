package sigyn.logql.template;

/// A template that does not parse, or a fault while it runs; the message is Go's.
public final class TemplateException extends Exception {
    public TemplateException(String message) {
        super(message, null, false, false);
    }
}
