package dev.millrace.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/// Ours, with all limits in force. The SDK chooses its protocol by a system property.
abstract class LocalKinesisContract extends KinesisContract {
    private KinesisServer server;
    private KinesisClient client;

    abstract boolean cbor();

    @BeforeEach
    void start() {
        System.setProperty("aws.cborEnabled", String.valueOf(cbor()));
        server = new KinesisServer(new LocalKinesis("eu-west-1", "123456789012", InstantSource.system()));
        client = KinesisServer.client(server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        System.clearProperty("aws.cborEnabled");
    }

    @Override
    KinesisClient kinesis() {
        return client;
    }

    @Override
    boolean enforcesThroughputLimits() {
        return true;
    }

    @Override
    boolean enforcesBatchLimits() {
        return true;
    }

    @Override
    boolean blamesTheClientForNonsense() {
        return true;
    }

    @Override
    boolean endsClosedShardsInOrder() {
        return true;
    }

    @Test
    void theClientSpokeTheProtocolOfThisTest() throws Exception {
        newStream(1);

        assertThat(server.contentTypes())
                .containsExactly(cbor() ? "application/x-amz-cbor-1.1" : "application/x-amz-json-1.1");
    }
}
