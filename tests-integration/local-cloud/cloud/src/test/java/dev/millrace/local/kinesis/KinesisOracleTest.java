package dev.millrace.local.kinesis;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/// The judge of the contract: kinesis-local from npm, of which we wrote nothing. If it does not start, this fails.
final class KinesisOracleTest extends KinesisContract {
    private static KinesisOracle oracle;
    private static KinesisClient client;

    @BeforeAll
    static void start() throws Exception {
        oracle = KinesisOracle.start();
        client = KinesisServer.client(oracle.port());
    }

    @AfterAll
    static void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (oracle != null) {
            oracle.close();
        }
    }

    @Override
    KinesisClient kinesis() {
        return client;
    }

    @Override
    boolean enforcesThroughputLimits() {
        return false;
    }

    @Override
    boolean enforcesBatchLimits() {
        return false;
    }

    @Override
    boolean blamesTheClientForNonsense() {
        return false;
    }

    @Override
    boolean endsClosedShardsInOrder() {
        return false;
    }
}
