package dev.millrace.timestream;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClientBuilder;
import software.amazon.awssdk.services.timestreamwrite.model.WriteRecordsRequest;

/// Lets the SDK do all of a call but the marshalling: endpoint discovery, signature, retries and errors are its own, the
/// body is the one that was written already. The interceptor puts it in before the request is signed.
final class EncodedRecords implements RecordsWriter {
    private static final ExecutionAttribute<byte[]> BODY = new ExecutionAttribute<>("MillraceRecordsBody");

    private final TimestreamWriteClient timestream;
    private final WriteRecordsRequest empty;

    EncodedRecords(TimestreamWriteClientBuilder builder, String database) {
        requireNonNull(builder, "builder is null");
        this.timestream = builder.overrideConfiguration(builder.overrideConfiguration().toBuilder().addExecutionInterceptor(new Interceptor()).build()).build();
        this.empty = WriteRecordsRequest.builder().databaseName(database).build();
    }

    @Override
    public void write(byte[] body) {
        timestream.writeRecords(empty.toBuilder().overrideConfiguration(call -> call.putExecutionAttribute(BODY, body)).build());
    }

    private static final class Interceptor implements ExecutionInterceptor {
        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            byte[] body = attributes.getAttribute(BODY);
            return body == null ? context.httpRequest()
                    : context.httpRequest().toBuilder().putHeader("Content-Length", Integer.toString(body.length)).build();
        }

        @Override
        public Optional<RequestBody> modifyHttpContent(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            byte[] body = attributes.getAttribute(BODY);
            return body == null ? context.requestBody() : Optional.of(RequestBody.fromBytes(body));
        }
    }
}
