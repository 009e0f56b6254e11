package dev.millrace.local.iot;

/// A rule's action did not work; the message goes to the rule's error action.
final class ActionFailed extends Exception {
    private static final long serialVersionUID = 1;

    ActionFailed(String message) {
        super(message);
    }

    ActionFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
