package dev.millrace.local.iot;

/// A call of another service did not work. Where it is a rule's action, the message goes to the rule's error action.
final class ActionFailed extends Exception {
    private static final long serialVersionUID = 1;

    ActionFailed(String message) {
        super(message);
    }

    ActionFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
