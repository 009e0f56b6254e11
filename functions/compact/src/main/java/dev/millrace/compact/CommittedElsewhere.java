package dev.millrace.compact;

import org.apache.iceberg.exceptions.ValidationException;

/// Another run has committed since this one read the table's state. Nothing of this run is in the table; the next one
/// starts from there.
final class CommittedElsewhere extends ValidationException {
    private static final long serialVersionUID = 1;

    CommittedElsewhere(String table, String expected, String found) {
        super("table %s: another run has committed: its state was %s, now is %s", table, expected, found);
    }
}
