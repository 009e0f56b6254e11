package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.events.Names;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the requests for provisioning from the broker's threads, which must not wait, and publishes the answers.
final class ProvisioningDesk implements AutoCloseable {
    /// As many as are asked in a second, and a function may take five.
    private static final int UNDER_WAY_MAX = 100;
    private static final Logger LOG = LoggerFactory.getLogger(ProvisioningDesk.class);

    /// Who asks.
    ///
    /// @param certificateId of the connection
    record Asker(String clientId, String certificateId) {
    }

    /// Brings an answer to a client.
    @FunctionalInterface
    interface Answers {
        void publish(String clientId, String topic, byte[] payload);
    }

    private final Provisioning provisioning;
    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Answers answers = (_, topic, _) -> LOG.error("nobody brings the answer on {}", topic);

    ProvisioningDesk(Provisioning provisioning) {
        this.provisioning = requireNonNull(provisioning, "provisioning is null");
    }

    /// The broker has to be there first.
    void answerBy(Answers way) {
        answers = requireNonNull(way, "way is null");
    }

    /// @return false if there is no room
    boolean take(Asker asker, ProvisioningTopic topic, byte[] payload) {
        if (!underWay.tryAcquire()) {
            return false;
        }
        try {
            threads.execute(() -> {
                try {
                    answer(asker, topic, payload);
                } finally {
                    underWay.release();
                }
            });
            return true;
        } catch (RejectedExecutionException _) {
            // closing
            underWay.release();
            return false;
        }
    }

    private void answer(Asker asker, ProvisioningTopic topic, byte[] payload) {
        ObjectNode body;
        boolean accepted = false;
        try {
            body = switch (topic) {
                case ProvisioningTopic.CreateFromCsr() -> provisioning.create(payload);
                case ProvisioningTopic.Register(String template) -> provisioning.register(asker, template, payload);
            };
            accepted = true;
        } catch (RequestRefused e) {
            LOG.warn("client {} is not provisioned, {} {}: {}", Names.shown(asker.clientId()), e.statusCode(), e.errorCode(), e.getMessage());
            body = rejection(e.statusCode(), e.errorCode(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a request of client {} on {} failed", Names.shown(asker.clientId()), topic, e);
            body = rejection(500, "InternalFailure", "internal failure");
        }
        answers.publish(asker.clientId(), topic.answer(accepted), body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode rejection(int statusCode, String errorCode, String message) {
        return JsonMembers.MAPPER.createObjectNode().put("statusCode", statusCode).put("errorCode", errorCode).put("errorMessage", message);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
