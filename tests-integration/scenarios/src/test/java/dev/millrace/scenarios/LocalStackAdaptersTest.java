package dev.millrace.scenarios;

import org.junit.jupiter.api.Nested;

/// The same contracts against stand-ins of other people. LocalStack's free version has no Timestream, so the hot store's is
/// held against ours alone.
@NeedsDocker
class LocalStackAdaptersTest {
    @Nested
    class DynamoDb extends AwsStatesContract {
        @Override
        Stage stage() {
            return LocalStack.stage();
        }
    }

    @Nested
    class Landing extends AwsLakeContract {
        @Override
        Stage stage() {
            return LocalStack.stage();
        }
    }

    @Nested
    class Quarantine extends AwsQuarantineContract {
        @Override
        Stage stage() {
            return LocalStack.stage();
        }
    }
}
