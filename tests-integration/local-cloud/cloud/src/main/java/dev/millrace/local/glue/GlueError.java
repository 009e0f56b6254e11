package dev.millrace.local.glue;

/// An answer other than success, with the exception that the Glue API names. Glue gives all of them the status 400.
final class GlueError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    private GlueError(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    static GlueError notFound(String message) {
        return new GlueError("EntityNotFoundException", message);
    }

    static GlueError alreadyExists(String message) {
        return new GlueError("AlreadyExistsException", message);
    }

    /// Iceberg takes this for a lost race, reads the table again and repeats its commit.
    static GlueError concurrentModification(String message) {
        return new GlueError("ConcurrentModificationException", message);
    }

    static GlueError invalid(String message) {
        return new GlueError("InvalidInputException", message);
    }

    /// What exists on AWS and not here.
    static GlueError notHere(String what) {
        return new GlueError("UnknownOperationException", "the local Glue does not do this: " + what);
    }
}
