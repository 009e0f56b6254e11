package dev.millrace.completeness;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;
import software.amazon.awssdk.services.iotdataplane.model.PublishResponse;

/// As much of the IoT data plane as asking devices needs.
final class FakeIot implements IotDataPlaneClient {
    private final List<String> published = new ArrayList<>();
    private boolean isForbidden;

    /// Topic, quality of service and payload of each message since the last look.
    List<String> published() {
        List<String> all = List.copyOf(published);
        published.clear();
        return all;
    }

    void forbid() {
        isForbidden = true;
    }

    @Override
    public PublishResponse publish(PublishRequest request) {
        if (isForbidden) {
            throw SdkClientException.create("forbidden");
        }
        published.add("%s %d %s".formatted(request.topic(), request.qos(), request.payload().asUtf8String()));
        return PublishResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return "iotdata";
    }

    @Override
    public void close() {
    }
}
