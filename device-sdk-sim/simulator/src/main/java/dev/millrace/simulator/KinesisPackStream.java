package dev.millrace.simulator;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/// Amazon Kinesis Data Streams. Region and credentials are where the AWS SDK looks for them.
record KinesisPackStream(KinesisClient kinesis, String stream) implements PackStream {
    /// @param endpoint instead of that of AWS
    /// @throws IllegalArgumentException if no region is set, or the endpoint is no URL
    static KinesisPackStream of(String stream, Optional<URI> endpoint) {
        KinesisClientBuilder builder = KinesisClient.builder().httpClient(UrlConnectionHttpClient.create());
        try {
            endpoint.ifPresent(builder::endpointOverride);
        } catch (NullPointerException | IllegalArgumentException e) {
            throw new IllegalArgumentException("--aws-endpoint must be a URL such as http://localhost:4566: " + endpoint.orElseThrow(), e);
        }
        try {
            return new KinesisPackStream(builder.build(), stream);
        } catch (SdkClientException e) {
            throw new IllegalArgumentException("--transport direct needs an AWS region, in AWS_REGION say: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Optional<String>> put(List<Outgoing> records) throws Unusable {
        List<PutRecordsRequestEntry> entries = records.stream().map(record -> PutRecordsRequestEntry.builder()
                .partitionKey(record.thing()).data(SdkBytes.fromByteArrayUnsafe(record.payload())).build()).toList();
        try {
            PutRecordsResponse response = kinesis.putRecords(put -> put.streamName(stream).records(entries));
            // the results are in the order of the request (Kinesis API reference, PutRecords)
            return response.records().stream().map(result -> Optional.ofNullable(result.errorCode())
                    .map(code -> "%s: %s".formatted(code, result.errorMessage()))).toList();
        } catch (ResourceNotFoundException | AccessDeniedException e) {
            throw new Unusable("stream %s cannot be written: %s".formatted(stream, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        kinesis.close();
    }
}
