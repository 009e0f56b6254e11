package dev.millrace.cdk;

/// A wrong setting or argument. The message is complete and for people: it names the key, what was expected and
/// what came, so that it can stand alone on a terminal.
final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
